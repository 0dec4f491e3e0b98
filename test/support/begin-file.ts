// Runs before every test file.
import { beginNumbering } from './numbering.ts'

beginNumbering()
