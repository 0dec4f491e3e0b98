// The way of an evening's batch: a dry run that two people release, a seal that is all or nothing to its
// readers, a manifest that keyd signed, an abort until it is handed over.

import { createHash, createPublicKey, verify } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { coursesPerChunk } from '../../../activities/seal-batch.ts'
import { readSample } from '../../../db/people/sample-letters.ts'
import { addDays } from '../../../domain/calendar.ts'
import { manifestSigned } from '../../../domain/manifest-signature.ts'
import { round1On } from '../activities/fixture.ts'
import {
  apiSql,
  call,
  closeEvenings,
  evening,
  hotFolder,
  ids,
  manifestOf,
  newTown,
  next,
  openEvenings,
  openTasks,
  queued,
  released,
  run,
  seen,
  town,
  world,
} from './evenings.ts'

beforeAll(openEvenings)
afterAll(closeEvenings)
beforeEach(() => newTown({ releaseUpTo: 0, waits: true }))

describe('a dry run', () => {
  test('counts, draws a sample, shows its reference date, and sends nothing', async () => {
    await queued(3)
    expect(await run()).toMatchObject({ step: 'wait', waitsFor: 'release', letters: 3 })
    expect(await call('clerk', '')).toMatchObject({
      status: 200,
      body: {
        state: 'proposed',
        letters: 0,
        dryRun: { letters: 3, byKind: { reminder: 3 }, referenceOn: round1On },
      },
    })
    const left =
      await world.sql`select from notice where state = 'left' and municipality_code = ${town}`
    expect(left).toHaveLength(0)
    expect(existsSync(hotFolder())).toBe(false)
    expect(await openTasks()).toEqual(['releaseBatch'])
  })

  test('takes two people: whoever checked it does not release it, and neither with another count', async () => {
    await queued(2)
    await run()
    expect(await call('municipalAdministrator', '/release', seen(2))).toMatchObject({
      body: { code: 'batchNotChecked' },
    })
    expect(await call('clerk', '/check', seen(1))).toMatchObject({
      status: 409,
      body: { code: 'batchCountMoved' },
    })
    expect(await call('clerk', '/check', seen(2))).toMatchObject({ body: { checkedBy: ids.clerk } })
    expect(await call('clerk', '/release', seen(2))).toMatchObject({
      status: 403,
      body: { code: 'batchSamePerson' },
    })
    for (const wrong of [seen(3), { ...seen(2), referenceOn: addDays(round1On, -365) }]) {
      expect(await call('municipalAdministrator', '/release', wrong)).toMatchObject({
        body: { code: 'batchCountMoved' },
      })
    }
    expect((await call('printOperator', '/release', seen(2))).status).toBe(403)
    expect((await call('clerkElsewhere', '', undefined)).body.code).toBe('notYourMunicipality')
    const done = await call('municipalAdministrator', '/release', seen(2))
    expect(done.body).toMatchObject({ state: 'released', releasedBy: ids.municipalAdministrator })
    expect(await openTasks()).toEqual([])
  })

  test('the database refuses one person for both, and a program above the town’s limit', async () => {
    await queued(1)
    await run()
    const refused = (work: Promise<unknown>) => expect(work).rejects.toThrow()
    await refused(
      world.worker`update letter_batch set released_by = ${ids.clerk} where municipality_code = ${town}`,
    )
    await refused(
      world.worker`update letter_batch set state = 'released', released_at = now(),
                          released_automatically = true where municipality_code = ${town}`,
    )
    await refused(
      world.sql`update letter_batch set state = 'released', released_at = now(),
                       checked_by = ${ids.clerk}, checked_at = now(), released_by = ${ids.clerk}
                 where municipality_code = ${town}`,
    )
    await refused(world.worker`update letter_batch set state = 'sealed', sealed_at = now()
                                where municipality_code = ${town}`)
  })

  test('nobody has released takes the next evening’s letters in, and is checked anew', async () => {
    await queued(1)
    await run()
    await call('clerk', '/check', seen(1))
    const tomorrow = addDays(round1On, 1)
    const late = await world.personWithDose({ town })
    world.setDay(tomorrow)
    await world.sendNotice(late)
    world.setDay(tomorrow, evening)
    expect(await next(tomorrow)).toMatchObject({ step: 'end' })
    const { body } = await call('clerk', '')
    expect(body).toMatchObject({ dryRun: { letters: 2, referenceOn: tomorrow } })
    expect(body.checkedBy).toBeUndefined()
  })

  test('the sample is opened under a row of the ledger for each, and shows nobody protected', async () => {
    const [, hidden] = await queued(2)
    await run()
    await world.protect(hidden!, round1On)
    const looksBefore = await world.sql`select from ledger_inbox where purpose = 'checkBatch'`
    const [batch] =
      await world.sql`select sample from letter_batch where municipality_code = ${town}`
    const drawn = { municipalityCode: town, sample: batch!.sample as string[] }
    const sample = await readSample(apiSql, world.db.vault, drawn, round1On)
    expect(sample).toMatchObject({
      letters: [{ person: { family: '見本0', address: '架空県架空市見本町2-3' } }],
      leftOut: 1,
    })
    const looks = await world.sql`select from ledger_inbox where purpose = 'checkBatch'`
    // Both were looked at, one was opened.
    expect(looks.length - looksBefore.length).toBe(3)
  })
})

describe('a released batch', () => {
  test('leaves by itself under the town’s limit, and above it never', async () => {
    await newTown({ releaseUpTo: 2 })
    await queued(2)
    expect(await run()).toMatchObject({ state: 'printed', waitsFor: 'reconciliation' })
    await newTown({ releaseUpTo: 2 })
    await queued(3)
    expect(await run()).toMatchObject({ state: 'proposed', waitsFor: 'release' })
  })

  test('holds nothing that the dry run did not count', async () => {
    await queued(2)
    await run()
    const late = await world.personWithDose({ town })
    world.setDay(round1On)
    await world.sendNotice(late)
    world.setDay(round1On, evening)
    await call('clerk', '/check', seen(2))
    await call('municipalAdministrator', '/release', seen(2))
    await run()
    expect((await call('clerk', '')).body).toMatchObject({ letters: 2, state: 'printed' })
    expect(await world.attempts(late.courseId)).toMatchObject([{ state: 'queued' }])
  })

  test('bears keyd’s signature over the manifest as it lies in the printer’s folder', async () => {
    await queued(2)
    await released(2)
    await run()
    const names = readdirSync(hotFolder()).sort()
    expect(names.map((name) => name.slice(`${town}-${round1On}`.length))).toEqual([
      '.index.csv',
      '.manifest.json',
      '.manifest.sig.json',
      '.pdf',
    ])
    const base = join(hotFolder(), `${town}-${round1On}`)
    const text = readFileSync(`${base}.manifest.json`)
    const sha256 = createHash('sha256').update(text).digest('hex')
    const { manifest, pdfSha256 } = (await call('printOperator', '')).body
    expect(manifest.sha256).toBe(sha256)
    const x = Buffer.from(manifest.publicKey, 'base64').toString('base64url')
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const signature = Buffer.from(manifest.signature, 'base64')
    expect(verify(null, manifestSigned(sha256), key, signature)).toBe(true)
    expect(verify(null, manifestSigned('0'.repeat(64)), key, signature)).toBe(false)
    expect(
      createHash('sha256')
        .update(readFileSync(`${base}.pdf`))
        .digest('hex'),
    ).toBe(pdfSha256)
    expect(manifestOf()).toMatchObject({ referenceOn: round1On, totals: { letters: 2, pages: 2 } })
  })

  test('is sealed some courses at a time, and read as sealed when the last is', async () => {
    const made = await queued(coursesPerChunk + 2)
    await released(made.length)
    const states = new Set<string>()
    let isOver = false
    const watching = (async () => {
      while (!isOver) {
        const [batch] = await world.sql`
          select state, letters,
                 (select count(*)::int from notice_attempt a
                   where a.municipality_code = b.municipality_code and a.state = 'sealed') as sealed
            from letter_batch b where municipality_code = ${town}`
        states.add(`${batch!.state} ${batch!.letters}, ${batch!.sealed} in rows`)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    })()
    await world.seal(town, round1On)
    isOver = true
    await watching
    const all = made.length
    expect(states).toContain(`released 0, ${coursesPerChunk} in rows`)
    const allowed = [0, coursesPerChunk, all].map((n) => `released 0, ${n} in rows`)
    expect([...allowed, `sealed ${all}, ${all} in rows`]).toEqual(
      expect.arrayContaining([...states]),
    )
  })

  test('broken off between two chunks goes on where it stood', async () => {
    const made = await queued(coursesPerChunk + 1)
    await released(made.length)
    // The second chunk cannot be committed.
    await world.sql.unsafe(`
      create function break_off() returns trigger language plpgsql as $$
      begin if new.letters > 0 then raise exception 'broken off'; end if; return new; end $$`)
    await world.sql.unsafe(
      'create trigger break_off before update on letter_batch for each row execute function break_off()',
    )
    await expect(world.seal(town, round1On)).rejects.toThrow()
    expect((await call('clerk', '')).body).toMatchObject({ state: 'released', letters: 0 })
    await world.sql.unsafe('drop trigger break_off on letter_batch; drop function break_off()')
    expect(await world.seal(town, round1On)).toEqual({ letters: made.length })
  })
})

describe('an abort', () => {
  test.each(['before it is released', 'after the seal'] as const)(
    '%s takes every letter back, and the next batch takes two people',
    async (when) => {
      const [made] = await queued(1)
      if (when === 'after the seal') {
        await released(1)
        await world.seal(town, round1On)
      } else await run()
      expect((await call('clerk', '/abort', { reason: 'wrongPeople' })).status).toBe(200)
      expect(await run()).toMatchObject({ state: 'aborted', step: 'end' })
      expect(await world.notices(made!.courseId)).toMatchObject([{ state: 'queued', leftOn: null }])
      const attempts = await world.attempts(made!.courseId)
      expect(attempts.at(-1)).toMatchObject({ state: 'queued' })
      if (when === 'after the seal') {
        expect(attempts[0]).toMatchObject({ state: 'withdrawn', reason: 'batchAborted' })
        const codes = await world.sql`
          select died_because as why from letter_code where letter_id = ${attempts[0]!.id}`
        expect(codes).toEqual([{ why: 'withdrawn' }])
      }
      await world.sql`update municipality_setting set release_automatically_up_to = 100
                       where municipality_code = ${town}`
      const tomorrow = addDays(round1On, 1)
      world.setDay(tomorrow, evening)
      expect(await run(tomorrow)).toMatchObject({ state: 'proposed', waitsFor: 'release' })
    },
  )

  test('comes too late where the files were put in place, and that could not be committed', async () => {
    const [made] = await queued(1)
    await released(1)
    await world.seal(town, round1On)
    await world.sql.unsafe(`
      create function break_off() returns trigger language plpgsql as $$
      begin raise exception 'broken off'; end $$`)
    await world.sql.unsafe(`
      create constraint trigger break_off after update on letter_batch deferrable initially deferred
        for each row when (new.state = 'printed') execute function break_off()`)
    await expect(world.print(town, round1On)).rejects.toThrow()
    await world.sql.unsafe('drop trigger break_off on letter_batch; drop function break_off()')
    expect((await call('clerk', '')).body.state).toBe('sealed')
    // From here on somebody may be printing them.
    const { letters } = manifestOf()
    expect((await call('clerk', '/abort', { reason: 'wrongText' })).status).toBe(200)
    // Whoever asked for the next step before the files were in place aborts all the same.
    await world.activities.abortBatch({
      ...{ municipalityCode: town, batchOn: round1On, workflowNowMs: 0 },
    })
    expect(await run()).toMatchObject({ state: 'printed', waitsFor: 'reconciliation' })
    expect(manifestOf().letters).toEqual(letters)
    expect(await world.attempts(made!.courseId)).toMatchObject([{ state: 'sealed' }])
    expect(await world.notices(made!.courseId)).toMatchObject([{ state: 'left' }])
    expect(world.logged.join()).toContain('abortTooLate')
  })

  test('is refused once the printing house has it', async () => {
    await queued(1)
    await released(1)
    await run()
    expect(await call('clerk', '/abort', { reason: 'other' })).toMatchObject({
      status: 409,
      body: { code: 'batchHandedOver' },
    })
  })
})
