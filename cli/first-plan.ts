/**
 * A system that one command brings up for one file has no staff yet, so that nobody could have accepted the
 * supervisory plan, without which nobody is registered. Whoever applies a file there accepts it by that: in
 * an account of its own, named for it, and in the open, where the town may object.
 */
import { randomBytes } from 'node:crypto'
import { asOwner, putAccount } from '../auth/grants.ts'
import { hashPassword } from '../auth/password.ts'
import { answerPlan, planInForce, publishedPlans } from '../db/oversight/plan.ts'

const comment =
  'ファイルの反映を命じたコマンドによる受け入れ。この時点で職員のアカウントは1つもありませんでした。 / ' +
  'Accepted by the command that applied a file, when no member of staff had an account.'

/** Answers whether it accepted; it never does where anybody has an account. */
export async function acceptFirstPlan(
  ownerUrl: string,
  municipalityCode: string,
): Promise<boolean> {
  return await asOwner(ownerUrl, async (sql) => {
    if ((await planInForce(sql, municipalityCode)) !== undefined) return false
    const [someone] = await sql`select from account limit 1`
    const [newest] = await publishedPlans(sql)
    if (someone || !newest) return false
    const login = `command-line-${municipalityCode}`
    // Nobody signs in with it: the password is nowhere.
    const passwordHash = await hashPassword(randomBytes(32).toString('base64url'))
    await putAccount(sql, {
      ...{ login, role: 'municipalAdministrator', office: municipalityCode, passwordHash },
      isDemo: false,
    })
    const [account] = await sql<{ id: string }[]>`select id from account where login = ${login}`
    const { version } = newest
    return await answerPlan(sql, {
      ...{ municipalityCode, version, answer: 'accepts', comment, answeredBy: account!.id },
    })
  })
}
