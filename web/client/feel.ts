/** A verdict can be heard and felt as well: nobody looks at the tablet all day. */

export type Feeling = 'ok' | 'kept' | 'again' | 'look' | 'stop'

type Tone = { hz: number; fromMs: number; ms: number }

const tones: Readonly<Record<Feeling, readonly Tone[]>> = {
  ok: [{ hz: 1_320, fromMs: 0, ms: 120 }],
  kept: [
    { hz: 990, fromMs: 0, ms: 80 },
    { hz: 1_320, fromMs: 100, ms: 80 },
  ],
  again: [{ hz: 660, fromMs: 0, ms: 90 }],
  look: [
    { hz: 740, fromMs: 0, ms: 160 },
    { hz: 740, fromMs: 240, ms: 160 },
  ],
  stop: [
    { hz: 220, fromMs: 0, ms: 250 },
    { hz: 196, fromMs: 300, ms: 250 },
    { hz: 175, fromMs: 600, ms: 350 },
  ],
}
const vibrations: Readonly<Record<Feeling, number[]>> = {
  ok: [80],
  kept: [40, 60, 40],
  again: [30],
  look: [150, 100, 150],
  stop: [400, 100, 400],
}
const loudness = 0.25
const fadeMs = 15

let audio: AudioContext | undefined

/** Browsers let a page sound only after somebody has touched it: called from a button. */
export function wakeSound(): void {
  if (typeof AudioContext === 'undefined') return
  audio ??= new AudioContext()
  void audio.resume()
}

export function feel(feeling: Feeling): void {
  navigator.vibrate?.(vibrations[feeling])
  if (audio?.state !== 'running') return
  for (const tone of tones[feeling]) play(audio, tone)
}

function play(context: AudioContext, { hz, fromMs, ms }: Tone): void {
  const from = context.currentTime + fromMs / 1_000
  const to = from + ms / 1_000
  const oscillator = context.createOscillator()
  const gain = context.createGain()
  oscillator.frequency.value = hz
  gain.gain.setValueAtTime(loudness, from)
  // Cut off at once it would crack.
  gain.gain.setValueAtTime(loudness, to - fadeMs / 1_000)
  gain.gain.linearRampToValueAtTime(0, to)
  oscillator.connect(gain).connect(context.destination)
  oscillator.start(from)
  oscillator.stop(to)
}
