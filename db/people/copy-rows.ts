/**
 * Rows for COPY in PostgreSQL's binary form: half the bytes of the text form, and nothing to parse. Dates
 * are days since 2000-01-01; a value is written as its bytes or as null.
 */
import type { PlainDate } from '../../domain/course.ts'

const signature = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1')
const headerBytes = signature.length + 8
const endMark = 0xffff
const nullLength = 0xffffffff
const epochMs = Date.UTC(2000, 0, 1)
const dayMs = 86_400_000
const oneDimension = 1
/** Type number of bytea, as an array names its elements. */
const byteaType = 17

/** Grows as it is written to; `take` gives the whole of it and begins anew. */
export class CopyRows {
  #bytes: Buffer
  #at = 0

  constructor(roomBytes = 1 << 20) {
    this.#bytes = Buffer.allocUnsafe(roomBytes)
    this.#begin()
  }

  /** Of so many columns; as many values follow. */
  row(columns: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16BE(columns, this.#at)
  }

  none(): void {
    this.#room(4)
    this.#at = this.#bytes.writeUInt32BE(nullLength, this.#at)
  }

  bytes(value: Uint8Array | undefined): void {
    if (value === undefined) {
      this.none()
      return
    }
    this.#room(4 + value.length)
    this.#at = this.#bytes.writeUInt32BE(value.length, this.#at)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** `bytea[]`. */
  manyBytes(values: readonly Uint8Array[]): void {
    const length = values.reduce((sum, value) => sum + 4 + value.length, 20)
    this.#room(4 + length)
    const head = [length, oneDimension, 0, byteaType, values.length, 1]
    for (const number of head) this.#at = this.#bytes.writeUInt32BE(number, this.#at)
    for (const value of values) this.bytes(value)
  }

  text(value: string): void {
    const most = value.length * 3
    this.#room(4 + most)
    const length = this.#bytes.write(value, this.#at + 4, 'utf8')
    this.#bytes.writeUInt32BE(length, this.#at)
    this.#at += 4 + length
  }

  /** A UUID in its usual form. */
  uuid(value: string): void {
    this.#room(20)
    this.#at = this.#bytes.writeUInt32BE(16, this.#at)
    this.#at += this.#bytes.write(value.replaceAll('-', ''), this.#at, 'hex')
  }

  int2(value: number): void {
    this.#room(6)
    this.#at = this.#bytes.writeUInt32BE(2, this.#at)
    this.#at = this.#bytes.writeInt16BE(value, this.#at)
  }

  int4(value: number): void {
    this.#room(8)
    this.#at = this.#bytes.writeUInt32BE(4, this.#at)
    this.#at = this.#bytes.writeInt32BE(value, this.#at)
  }

  bool(value: boolean): void {
    this.#room(5)
    this.#at = this.#bytes.writeUInt32BE(1, this.#at)
    this.#at = this.#bytes.writeUInt8(value ? 1 : 0, this.#at)
  }

  date(value: PlainDate | undefined): void {
    if (value === undefined) this.none()
    else this.int4((Date.parse(`${value}T00:00:00Z`) - epochMs) / dayMs)
  }

  /** Everything written so far, closed; the rows are empty again. */
  take(): Buffer {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16BE(endMark, this.#at)
    const whole = Buffer.from(this.#bytes.subarray(0, this.#at))
    this.#begin()
    return whole
  }

  #begin(): void {
    this.#at = signature.copy(this.#bytes, 0)
    this.#bytes.fill(0, this.#at, headerBytes)
    this.#at = headerBytes
  }

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + bytes))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
