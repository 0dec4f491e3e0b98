// The environment is checked as a whole, and a log line never names a person or a password.
import { describe, expect, test } from 'vitest'
import { EnvironmentError, readEnvironment } from '../../../config/env.ts'
import { createLog } from '../../../config/log.ts'

describe('readEnvironment', () => {
  test('lists every problem at once', () => {
    const read = () =>
      readEnvironment(['DATABASE_URL', 'SMTP_URL', 'API_PORT', 'LOG_LEVEL'], {
        SMTP_URL: 'http://mail.invalid',
        API_PORT: '70000',
        LOG_LEVEL: '',
      })
    expect(read).toThrow(EnvironmentError)
    expect(read).toThrow(/DATABASE_URL is not set.*SMTP_URL must be.*API_PORT must be/s)
  })

  test('never repeats the value of a secret', () => {
    try {
      readEnvironment(['DATABASE_URL', 'SESSHU_PUBLIC_ORIGIN'], {
        DATABASE_URL: 'mysql://u:hush-hush@db.invalid',
        SESSHU_PUBLIC_ORIGIN: 'ftp://hush.invalid',
      })
      expect.unreachable()
    } catch (error) {
      expect((error as EnvironmentError).problems).toHaveLength(2)
      expect((error as Error).message).not.toContain('hush')
    }
  })

  test.each([
    ['1', true],
    ['true', true],
    ['0', false],
    ['', false],
  ])('reads SESSHU_DEMO=%j as %s', (text, expected) => {
    expect(readEnvironment(['SESSHU_DEMO'], { SESSHU_DEMO: text }).SESSHU_DEMO).toBe(expected)
  })

  test('converts ports and fills defaults in', () => {
    const read = readEnvironment(['API_PORT', 'API_HOST', 'TEMPORAL_NAMESPACE'], {
      API_PORT: '9999',
    })
    expect(read).toEqual({ API_PORT: 9999, API_HOST: '127.0.0.1', TEMPORAL_NAMESPACE: 'default' })
  })
})

describe('createLog', () => {
  function logged(write: (log: ReturnType<typeof createLog>) => void): string {
    const lines: string[] = []
    write(createLog({ name: 'test', to: { write: (line) => void lines.push(line) } }))
    return lines.join('')
  }

  test.each([
    [{ family: 'Madeup' }],
    [{ resident: { kana: 'Madeup', bornOn: 'Madeup' } }],
    [{ rows: [{ person: { postcode: 'Madeup' } }] }],
    [{ request: { headers: { authorization: 'Bearer Madeup' } } }],
    [{ DATABASE_URL: 'postgres://u:Madeup@h/d' }],
  ])('strikes personal fields out of %j', (fields) => {
    const text = logged((log) => log.info(fields, 'looked at'))
    expect(text).toContain('[removed]')
    expect(text).not.toContain('Madeup')
  })

  test('keeps ids and codes', () => {
    const text = logged((log) => log.info({ courseId: 'c-1', municipalityCode: '131016' }, 'ok'))
    expect(JSON.parse(text)).toMatchObject({ courseId: 'c-1', municipalityCode: '131016' })
  })

  test('keeps of a database error only code and place', () => {
    const error = Object.assign(new Error('invalid input syntax for type date: "Madeup"'), {
      severity: 'ERROR',
      code: '22007',
      detail: 'Key (name)=(Madeup)',
      routine: 'DateTimeParseError',
      parameters: ['Madeup'],
    })
    const text = logged((log) => log.error({ err: error }, 'failed'))
    expect(text).not.toContain('Madeup')
    expect(JSON.parse(text).err).toMatchObject({ code: '22007' })
  })
})
