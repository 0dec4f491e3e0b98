// Cookies stay with their host, forms come from our own pages, and nobody is sent on to elsewhere.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cookieName, readCookie, sessionCookie } from '../../../auth/cookie.ts'
import { isFromOurPages, localPath, originOf } from '../../../auth/origin.ts'
import { codeTyped, newCode, newSecret } from '../../../auth/secrets.ts'

const here = originOf(new URL('http://127.0.0.1:8720/x'))
const live = originOf(new URL('http://10.0.0.1:8720/x'), 'https://sesshu.example.jp')

describe('the cookie', () => {
  test('is host-only, unreadable for scripts, and stays on this site', () => {
    const cookie = sessionCookie('secret', live)
    expect(cookie).toBe('__Host-sesshu=secret; Path=/; HttpOnly; SameSite=Strict; Secure')
    expect(sessionCookie('secret', here)).toBe('sesshu=secret; Path=/; HttpOnly; SameSite=Strict')
  })

  test('is Secure for every address that is not loopback', () => {
    for (const url of [
      'http://192.168.0.2/',
      'http://sesshu.example/',
      'http://127.0.0.1.evil.example/',
    ]) {
      expect(sessionCookie('x', originOf(new URL(url)))).toContain('; Secure')
    }
    for (const url of ['http://localhost:1/', 'http://127.0.0.1/', 'http://[::1]:8720/']) {
      expect(originOf(new URL(url)).isLoopback).toBe(true)
    }
  })

  test('is read by its whole name, once', () => {
    expect(readCookie('a=1; sesshu=x; b=2', 'sesshu')).toBe('x')
    expect(readCookie('xsesshu=y', cookieName(here))).toBeUndefined()
    expect(readCookie('sesshu=x; sesshu=y', 'sesshu')).toBeUndefined()
    expect(readCookie(undefined, 'sesshu')).toBeUndefined()
  })
})

describe('a form', () => {
  const from = (headers: Record<string, string>, method = 'POST') =>
    isFromOurPages(method, (name) => headers[name], live)

  test('counts when a page of ours sent it', () => {
    expect(from({ origin: 'https://sesshu.example.jp' })).toBe(true)
    expect(from({ origin: 'null', 'sec-fetch-site': 'same-origin' })).toBe(true)
    expect(from({}, 'GET')).toBe(true)
  })

  test('does not when another page did, or nobody says', () => {
    expect(from({ origin: 'https://evil.example' })).toBe(false)
    expect(from({ origin: 'http://sesshu.example.jp' })).toBe(false)
    expect(from({ origin: 'null' })).toBe(false)
    expect(from({ 'sec-fetch-site': 'same-site' })).toBe(false)
    expect(from({})).toBe(false)
  })
})

test('nobody is sent on to another site', () => {
  expect(localPath('/towns?lang=en')).toBe('/towns?lang=en')
  for (const text of [
    '//evil.example',
    '/\\evil.example',
    'https://evil.example',
    '',
    undefined,
    '/a\nb',
  ]) {
    expect(localPath(text)).toBe('/')
  }
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(new URL(localPath(text), 'https://ours.example').origin).toBe('https://ours.example')
    }),
  )
})

test('a code is read however it is typed, and secrets do not repeat', () => {
  const code = newCode()
  expect(code).toMatch(/^([A-HJKMNP-Z2-9]{4}-){3}[A-HJKMNP-Z2-9]{4}$/)
  expect(codeTyped(` ${code.toLowerCase().replaceAll('-', ' ')} `)).toBe(code)
  expect(new Set(Array.from({ length: 100 }, newSecret)).size).toBe(100)
})
