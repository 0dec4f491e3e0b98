/** What a server is started with; anything else stays as PostgreSQL ships it. */
export type ServerSettings = Record<string, string>

/**
 * No parameter, statement that failed, row that broke a constraint or value that did not fit its type
 * is ever written to the server's log. An error's first line repeats the value ("invalid input syntax
 * for type date: …"), so that no error is written at all: the process that met it logs its code.
 */
export const silentSettings: ServerSettings = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_duration_sample: '-1',
  log_transaction_sample_rate: '0',
}

/** Durable and silent about people: a commit that was answered is on disk. */
export const baseSettings: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  shared_buffers: '256MB',
  max_connections: '200',
  wal_level: 'replica',
  TimeZone: 'UTC',
  log_timezone: 'UTC',
  ...silentSettings,
  log_line_prefix: '%m [%p] %q%u@%d ',
  logging_collector: 'off',
}

/** Archives every finished WAL file into `folder`, which the server's account must own. */
export function archiveSettings(folder: string): ServerSettings {
  const at = (name: string): string => shellQuote(`${folder.replaceAll('%', '%%')}/${name}`)
  const [kept, draft] = [at('%f'), at('.%f.part')]
  return {
    archive_mode: 'on',
    // A file archived just before a crash is offered again: the same bytes are success.
    archive_command: `if test -f ${kept}; then cmp -s %p ${kept}; else cp %p ${draft} && mv ${draft} ${kept}; fi`,
  }
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** `-c name=value` for each, as the server takes them on its command line. */
export function asArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
