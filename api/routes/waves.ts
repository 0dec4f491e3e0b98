/** Waves: made by one person, released by another, held and resumed; and how fast they open. */
import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { assertMayActFor, currentCaller } from '../../auth/caller.ts'
import { townClerk } from '../../auth/staff.ts'
import { readPace, setPace } from '../../db/queries/wave-opening.ts'
import {
  listWaves,
  makeWave,
  pauseWave,
  readWave,
  recountWave,
  releaseWave,
  resumeWave,
  takeWave,
  type WaveRow,
  withdrawWave,
} from '../../db/queries/wave-plans.ts'
import { oneOpensWaves, openWave, type WaveKey } from '../../db/queries/waves.ts'
import type { ApiDeps } from '../deps.ts'
import { Problem, validationHook } from '../problem.ts'
import { json, refusals } from '../schemas/route.ts'
import {
  openedAnswer,
  paceAnswer,
  paceBody,
  releaseBody,
  waveAnswer,
  waveBody,
  waveParam,
  wavesAnswer,
  wavesQuery,
} from '../schemas/waves.ts'

const list = createRoute({
  method: 'get',
  path: '/waves',
  summary: 'A municipality’s waves, newest first',
  request: { query: wavesQuery },
  responses: { 200: { description: 'The newest 100', content: json(wavesAnswer) } },
})

const make = createRoute({
  method: 'post',
  path: '/waves',
  summary: 'Make a wave: it opens when a second person has released it; in a demo, at once',
  request: { body: { required: true, content: json(waveBody) } },
  responses: {
    200: { description: 'Opened at once: how many courses', content: json(openedAnswer) },
    202: {
      description: 'Made and counted; a second person releases it',
      content: json(waveAnswer),
    },
    ...refusals,
  },
})

const show = createRoute({
  method: 'get',
  path: '/waves/{id}',
  summary: 'One wave: whom it calls up, who released it, how far it is',
  request: { params: waveParam },
  responses: { 200: { description: 'The wave', content: json(waveAnswer) }, ...refusals },
})

const release = createRoute({
  method: 'post',
  path: '/waves/{id}/release',
  summary: 'Release a wave that somebody else made, with the count that was seen',
  request: { params: waveParam, body: { required: true, content: json(releaseBody) } },
  responses: { 200: { description: 'It opens now', content: json(waveAnswer) }, ...refusals },
})

const pressed = {
  count: ['Count again whom it would call up', recountWave],
  take: ['Stand for a wave that a program told', takeWave],
  pause: ['Open no further course until it is resumed', pauseWave],
  resume: ['Go on where it was', resumeWave],
  withdraw: ['Open nothing more; courses that are open stay', withdrawWave],
} as const

const press = (what: keyof typeof pressed) =>
  createRoute({
    method: 'post',
    path: `/waves/{id}/${what}`,
    summary: pressed[what][0],
    request: { params: waveParam },
    responses: { 200: { description: 'As it is now', content: json(waveAnswer) }, ...refusals },
  })

const pace = createRoute({
  method: 'get',
  path: '/wave-pace',
  summary: 'How fast waves open, and where they wait',
  responses: { 200: { description: 'The pace', content: json(paceAnswer) } },
})

const changePace = createRoute({
  method: 'put',
  path: '/wave-pace',
  summary: 'Let waves open faster or slower',
  request: { body: { required: true, content: json(paceBody) } },
  responses: { 200: { description: 'The pace', content: json(paceAnswer) }, ...refusals },
})

export function waveRoutes(deps: ApiDeps): OpenAPIHono {
  const app = new OpenAPIHono({ defaultHook: validationHook })
  const { sql } = deps

  app.openapi(list, async (c) => {
    const { municipalityCode } = c.req.valid('query')
    assertMayActFor([municipalityCode])
    return c.json({ waves: (await listWaves(sql, municipalityCode)).map(shown) }, 200)
  })

  app.openapi(make, async (c) => {
    const { opens, ...wave } = c.req.valid('json')
    assertMayActFor([wave.municipalityCode])
    const mayOpen = await oneOpensWaves(sql)
    if (opens === 'atOnce' && !mayOpen) throw new Problem(403, 'waveTakesTwo')
    if (mayOpen && opens !== 'whenReleased') {
      const courses = await openWave(deps, wave, deps.clock.today(), deps.wakeRelays)
      return c.json({ waveId: wave.waveId, courses }, 200)
    }
    const caller = currentCaller()
    const madeBy = caller?.kind === 'account' ? caller.id : undefined
    return c.json(shown(await makeWave(sql, wave, madeBy)), 202)
  })

  app.openapi(show, async (c) => {
    const wave = await readWave(sql, keyOf(c.req.valid('param').id))
    if (!wave) throw new Problem(404, 'waveNotFound')
    return c.json(shown(wave), 200)
  })

  app.openapi(release, async (c) => {
    const { count } = c.req.valid('json')
    const by = townClerk().id
    const released = await releaseWave(sql, keyOf(c.req.valid('param').id), { by, seen: count })
    return c.json(shown(released), 200)
  })

  for (const what of Object.keys(pressed) as (keyof typeof pressed)[]) {
    app.openapi(press(what), async (c) => {
      const wave = await pressed[what][1](sql, keyOf(c.req.valid('param').id), townClerk().id)
      return c.json(shown(wave), 200)
    })
  }

  app.openapi(pace, async (c) => c.json(await readPace(sql), 200))
  app.openapi(changePace, async (c) => c.json(await setPace(sql, c.req.valid('json')), 200))
  return app
}

/** A wave is looked for in the own town alone. */
function keyOf(waveId: string): WaveKey {
  return { waveId: waveId.toLowerCase(), municipalityCode: townClerk().office }
}

function shown(wave: WaveRow) {
  const { waveId, municipalityCode, state, courses, count, madeAt } = wave
  const { bornOnOrBefore, facilityCode, priorityGroup, madeBy, releasedBy } = wave
  const at = (name: string, moment: Date | null) => (moment ? { [name]: moment.toISOString() } : {})
  return {
    ...{ waveId, municipalityCode, state, courses, madeAt: madeAt.toISOString() },
    ...(bornOnOrBefore && { bornOnOrBefore }),
    ...(facilityCode && { facilityCode }),
    ...(priorityGroup && { priorityGroup }),
    ...(count && { count }),
    ...(madeBy && { madeBy }),
    ...(releasedBy && { releasedBy }),
    ...at('countedAt', wave.countedAt),
    ...at('releasedAt', wave.releasedAt),
    ...at('pausedAt', wave.pausedAt),
    ...at('withdrawnAt', wave.withdrawnAt),
    ...at('completedAt', wave.completedAt),
  }
}
