/** The tablet's camera: opened by a button, looked through frame by frame, shut when it is not needed. */
import { codeInFrame } from './codes.ts'
import { inView } from './in-view.ts'
import type { SeenCode } from './ticket-read.ts'

const wanted: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: 'environment', width: { ideal: 1_280 }, height: { ideal: 720 } },
}

export type Camera = { stop(): void; setTorch?: (isOn: boolean) => Promise<void> }

/**
 * Shows the picture and reports each code that comes into view, with the moment of its frame. Throws what
 * the browser throws when there is no camera or it was not allowed.
 */
export async function openCamera(
  video: HTMLVideoElement,
  options: {
    /** Answers whether the code was taken; one that was not is offered again while it is in view. */
    onCode: (code: SeenCode, atMs: number) => boolean
    onSeveral: (areSeveral: boolean) => void
  },
): Promise<Camera> {
  const stream = await navigator.mediaDevices.getUserMedia(wanted)
  video.srcObject = stream
  await video.play()
  let isOpen = true
  const canvas = document.createElement('canvas')
  const view = inView()

  async function look(): Promise<void> {
    const atMs = performance.now()
    const code = await codeInFrame(video, canvas)
    options.onSeveral(code === 'several')
    const seen = code === 'several' ? undefined : code
    const isNews = view.isNews(seen, atMs)
    if (seen && isNews && isOpen && options.onCode(seen, atMs)) view.take(seen)
  }

  async function lookOn(): Promise<void> {
    while (isOpen) {
      await nextFrame(video)
      if (isOpen) await look().catch(() => {})
    }
  }
  void lookOn()

  const track = stream.getVideoTracks()[0]
  const torch = track && torchOf(track)
  return {
    stop() {
      isOpen = false
      for (const one of stream.getTracks()) one.stop()
      video.srcObject = null
    },
    ...(torch && { setTorch: torch }),
  }
}

/** A frame may never come again: then the loop looks up twice a second whether it is still wanted. */
function nextFrame(video: HTMLVideoElement): Promise<void> {
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, 500)
    video.requestVideoFrameCallback(() => {
      clearTimeout(patience)
      resolve()
    })
  })
}

/** Where the camera has a light; the standard's types do not know it. */
function torchOf(track: MediaStreamTrack): ((isOn: boolean) => Promise<void>) | undefined {
  const can = track.getCapabilities?.() as { torch?: boolean } | undefined
  if (!can?.torch) return undefined
  return async (isOn) => {
    await track.applyConstraints({ advanced: [{ torch: isOn } as MediaTrackConstraintSet] })
  }
}
