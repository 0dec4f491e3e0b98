/** Where a packed stick goes: straight into a folder that the clerk chooses, or as files to be saved. */
import { element, offer } from './page.ts'
import { words } from './words.ts'

type Target = { write(piece: Uint8Array): Promise<void>; close(): Promise<void> }
export type StickTarget = { file(name: string): Promise<Target> }

type Writable = { write(bytes: Uint8Array): Promise<void>; close(): Promise<void> }
type Folder = {
  keys(): AsyncIterable<string>
  getFileHandle(
    name: string,
    options: { create: boolean },
  ): Promise<{ createWritable(): Promise<Writable> }>
}
type Picking = { showDirectoryPicker?(options: { mode: 'readwrite' }): Promise<Folder> }

export async function startStick(where: 'folder' | 'links'): Promise<StickTarget> {
  return where === 'folder' ? await intoFolder() : asLinks()
}

/** Throws when the browser knows no folders, or when this one holds something already. */
async function intoFolder(): Promise<StickTarget> {
  const picking = window as Picking
  if (!picking.showDirectoryPicker) throw new Error(words.noFolders)
  const folder = await picking.showDirectoryPicker({ mode: 'readwrite' })
  for await (const name of folder.keys()) {
    const isOfSystem = name.startsWith('.') || name === 'System Volume Information'
    if (!isOfSystem) throw new Error(words.notEmpty)
  }
  return {
    async file(name) {
      const handle = await folder.getFileHandle(name, { create: true })
      const file = await handle.createWritable()
      return { write: (piece) => file.write(piece), close: () => file.close() }
    },
  }
}

/** Kept by the browser until it is saved; it may put a large one on its own disk. */
function asLinks(): StickTarget {
  element('links').replaceChildren()
  return {
    async file(name) {
      const pieces: Uint8Array[] = []
      return {
        write: async (piece) => void pieces.push(piece),
        close: async () => offer('links', name, pieces),
      }
    },
  }
}
