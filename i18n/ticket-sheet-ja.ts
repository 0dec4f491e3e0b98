/** The words of a sheet of ticket slips and its cover letter. */
import type { IssueReason } from '../domain/ticket-slips.ts'

export const ticketSheetJa = {
  title: '新型コロナワクチンの接種券です',
  documentTitle: (on: string) => `接種券 ${on}`,
  opening: (doses: readonly number[]) =>
    doses[0] === 1
      ? `${doses.join('回目と')}回目の接種券が、この紙の下にあります。`
      : `${doses[0]! - 1}回目の接種は記録されています。${doses.join('回目と')}回目の接種券だけをお送りします。`,
  because: {
    first: '',
    moved: '前に住んでいた市区町村の接種券は使えません。',
    lost: '前にお送りした接種券は使えなくなりました。見つかっても使わないでください。',
    damaged: '前にお送りした接種券は使えなくなりました。',
    slipsUsedUp: '前にお送りした接種券は使えなくなりました。',
  } satisfies Record<IssueReason, string>,
  action: '予約をして、切り離さずに会場へお持ちください。',
  details: [
    '「予診のみ」の券は、予診だけで接種を受けられなかったときに使います。',
    'ご本人だけが使えます。お名前が違うときは、お電話をください。',
  ],
  contact: (town: string, office: string, phone: string) =>
    `お問い合わせ：${town} ${office}　電話 ${phone}`,
  inBrief:
    '【やさしい日本語】ワクチンを うける ときに つかう 券（けん）です。 よやくを して、 この かみを きらないで もって いって ください。 わからない ときは、 でんわを して ください。',
  byHand: '手渡し用（郵送しない）',
  reference: (shortId: string) => `発行番号 ${shortId}`,
  vaccination: (dose: number) => `接種券　${dose}回目`,
  screenedOnly: (dose: number) => `予診のみ　${dose}回目`,
  billedTo: (town: string, code: string) => `請求先 ${town}（${code}）`,
  number: (number: string) => `券番号 ${number}`,
  name: '氏名',
  doNotCut: '切り離さないでください',
  qrAlt: (line: string) => `QRコード：${line}`,
  barsAlt: (number: string) => `バーコード（NW-7）：${number}`,
  checkedAlt: '検査数字つきの二次元コード',
}
