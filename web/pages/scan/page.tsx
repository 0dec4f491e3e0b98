import { hasProblemText, problemText } from '../../../i18n/problems.ts'
import { href, type Page } from '../../page.ts'
import { AskForm } from './ask.tsx'
import { BecomeTablet } from './become.tsx'
import { OfflineHead, OfflineNotices } from './offline.tsx'
import { Part } from './part.tsx'
import { SettingsForm } from './settings.tsx'

/** What the one parser may refuse a read for, in the words of the interface. */
const parserCodes = [
  ...['ticketLineCharacters', 'ticketLineLength', 'unknownSlipKind', 'claimedDoseNumberZero'],
  ...['municipalityCodeLength', 'municipalityCodeCheckDigit', 'municipalityCodePrefecture'],
  ...['ordinanceCityWard', 'ticketNumberZero', 'ticketNumberCharacters', 'ticketNumberLength'],
  'nw7Characters',
]

/**
 * The tablet's page. All of it is here from the start and nothing of anybody: `client/scan.ts` shows one
 * part at a time and fills in what was read.
 */
export function scanPage(page: Page, query: { code?: string } = {}) {
  const { words, lang } = page
  const isEnrolling = page.path.startsWith('/scan/enrol')
  const title = isEnrolling ? words.scan.enrolTitle : words.scan.title
  return (
    <html lang={lang}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} | ${words.siteName}`}</title>
        <link rel="stylesheet" href="/assets/tokens.css" />
        <link rel="stylesheet" href="/assets/style.css" />
        <link rel="stylesheet" href="/assets/scan.css" />
        <link rel="stylesheet" href="/assets/offline.css" />
        <OfflineHead page={page} />
        <script type="module" src="/assets/scan.js" />
      </head>
      <body class="scan" data-said={JSON.stringify(saidTo(page))}>
        <Bar page={page} />
        <main id="content">
          <h1 class="quiet">{title}</h1>
          <noscript>
            <p class="error">{words.scan.noScript}</p>
          </noscript>
          <DevicePart page={page} code={query.code} />
          <SettingsForm page={page} />
          <ReadPart page={page} />
          <LastPart page={page} />
          <AskForm page={page} />
          <VerdictPart page={page} />
        </main>
      </body>
    </html>
  )
}

/** The script's own words, and the parser's. */
function saidTo({ words, lang }: Page) {
  const known = parserCodes.filter(hasProblemText)
  const problems = Object.fromEntries(known.map((code) => [code, problemText(code, lang)]))
  return { ...words.scan.said, tablet: words.offline.tablet, problems, lang }
}

/** What is set, and whether the tablet is in touch; always in sight. */
function Bar({ page }: { page: Page }) {
  const { words, lang, path } = page
  const { bar } = words.scan
  const other = lang === 'ja' ? 'en' : 'ja'
  const fact = (name: string, label: string) => (
    <div>
      <dt>{label}</dt>
      <dd data-bind={name}>–</dd>
    </div>
  )
  return (
    <header class="scan-bar">
      <dl class="scan-facts">
        {fact('venue', bar.venue)}
        {fact('givenOn', bar.givenOn)}
        {fact('product', bar.product)}
        {fact('lot', bar.lot)}
      </dl>
      <p class="scan-net" role="status">
        <span data-bind="network" data-network="unknown" />{' '}
        <span class="unsent">
          {bar.unsent} <b data-bind="unsent">0</b>
        </span>
      </p>
      <p class="scan-tools">
        <button type="button" class="second" data-do="change" hidden>
          {bar.change}
        </button>
        <a href={href(page, path, other)} lang={other} hreflang={other}>
          {words.otherLanguage}
        </a>
      </p>
      <p class="notice-bar" role="alert" data-bind="clock" hidden />
      <OfflineNotices page={page} />
      {page.isDemo && <p class="demo-notice">{words.demoNotice}</p>}
    </header>
  )
}

/** Why the tablet cannot work, and how it is enrolled. */
function DevicePart({ page, code }: { page: Page; code: string | undefined }) {
  const { device } = page.words.scan
  return (
    <Part name="device">
      <div role="alert">
        <h2 tabindex={-1} data-bind="deviceTitle">
          {device.code}
        </h2>
        <p data-bind="deviceMessage" />
        <p data-bind="deviceWhatToDo" />
      </div>
      <p>
        <button type="button" class="second" data-do="again">
          {device.again}
        </button>
      </p>
      <form class="stacked" data-form="enrol" hidden>
        <div>
          <label for="enrol-code">{device.code}</label>
          <p class="note" id="enrol-code-hint">
            {device.codeHint}
          </p>
          <input
            id="enrol-code"
            name="code"
            required
            maxlength={40}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            aria-describedby="enrol-code-hint"
            value={code ?? ''}
          />
        </div>
        <div>
          <label for="enrol-name">{device.name}</label>
          <p class="note" id="enrol-name-hint">
            {device.nameHint}
          </p>
          <input
            id="enrol-name"
            name="name"
            required
            maxlength={40}
            autocomplete="off"
            aria-describedby="enrol-name-hint"
            value={device.nameDefault}
          />
        </div>
        <p class="error" role="alert" data-bind="enrolProblem" hidden />
        <button type="submit">{device.enrol}</button>
      </form>
      {page.isDemo && !code && <BecomeTablet page={page} />}
    </Part>
  )
}

/** Every way to read a ticket. */
function ReadPart({ page }: { page: Page }) {
  const { read } = page.words.scan
  return (
    <Part name="read">
      <h2 tabindex={-1}>{read.ready}</h2>
      <div class="viewfinder" data-camera="shut">
        <video muted playsinline aria-label={read.video} />
        <p class="shut">{read.isShut}</p>
        <p class="aim">
          <span data-bind="aim">{read.aim}</span>
          <span data-bind="several" role="status" hidden>
            {read.several}
          </span>
        </p>
        <p class="camera-buttons">
          <button type="button" data-do="openCamera">
            {read.open}
          </button>
          <button type="button" class="second" data-do="shutCamera" hidden>
            {read.shut}
          </button>
          <button type="button" class="second" data-do="torch" aria-pressed="false" hidden>
            {read.torch}
          </button>
        </p>
        <p class="error" role="alert" data-bind="noCamera" hidden>
          {read.noCamera}
        </p>
      </div>
      <div class="other-ways">
        <form class="stacked" data-form="typed">
          <div>
            <label for="typed">{read.typed}</label>
            <p class="note" id="typed-hint">
              {read.typedHint}
            </p>
            <input
              id="typed"
              name="typed"
              inputmode="numeric"
              autocomplete="off"
              maxlength={64}
              required
              aria-describedby="typed-hint"
            />
          </div>
          <button type="submit">{read.typedButton}</button>
        </form>
        <div>
          <input class="quiet" id="image" type="file" accept="image/*" />
          <label class="button" for="image">
            {read.image}
          </label>
        </div>
        <p class="note">{read.wedge}</p>
      </div>
    </Part>
  )
}

/** The last few, to find the paper again; no names. */
function LastPart({ page }: { page: Page }) {
  const { last } = page.words.scan
  return (
    <Part name="last">
      <h2>{last.title}</h2>
      <p data-bind="lastNone">{last.none}</p>
      <ol class="last" data-bind="last" />
    </Part>
  )
}

/** Over the whole screen: nobody has to look for what it says. */
function VerdictPart({ page }: { page: Page }) {
  const { verdict, sending } = page.words.scan
  return (
    <>
      <section class="over sending" data-over="sending" role="status" hidden>
        <p class="big">{sending.title}</p>
        <p>{sending.lead}</p>
      </section>
      <section
        class="over verdict"
        data-over="verdict"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="verdict-word"
        aria-describedby="verdict-text"
        hidden
      >
        <p class="shape" aria-hidden="true" data-bind="shape" />
        <h2 class="big" id="verdict-word" tabindex={-1} data-bind="word">
          {sending.title}
        </h2>
        <div id="verdict-text">
          <p data-bind="lead" />
          <ul class="findings" data-bind="findings" />
          <p data-bind="next" />
          <p class="of">
            {verdict.ticket} <b data-bind="tail" /> <span data-bind="slip" />
          </p>
        </div>
        <p class="verdict-buttons">
          <button type="button" data-do="next">
            {verdict.next}
          </button>
          <button type="button" class="second" data-do="undo" hidden>
            {verdict.undo}
          </button>
        </p>
        <p role="alert" data-bind="undoProblem" hidden />
        <p role="alert" data-bind="busy" hidden />
      </section>
    </>
  )
}
