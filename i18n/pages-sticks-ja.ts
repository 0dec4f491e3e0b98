/** The page of sealed sticks. */
export const sticksJa = {
  nav: '媒体',
  title: '封入された媒体（USBメモリー）',
  lead: '市区町村の封入ツールで封入した媒体を差し込むと、確認の手前まで自動で取り込みます。',
  packerTitle: '封入ツール',
  packerLead:
    '1つのHTMLファイルです。インターネットにつながっていないパソコンで、インストールせずに開けます。',
  packer: '封入ツールを保存する',
  refusedTitle: '読み取れなかった媒体',
  sticksTitle: '受け取った媒体',
  none: 'まだありません。媒体を差し込むと、ここに出ます。',
  number: '通し番号',
  files: 'ファイル',
  state: '状態',
  seen: '差し込まれた日時',
  states: {
    taking: '読み取り中',
    taken: '取り込みの確認待ち',
    answered: '受領書を書き込みました。媒体の中身は消してかまいません。',
  },
  pulledOut: {
    reading:
      '読み取りの途中で抜かれました。何も反映していません。同じ媒体をもう一度差し込むと、続きから始まります。',
    writing:
      '受領書を書いている途中で抜かれました。同じ媒体をもう一度差し込むと、書き直します。消さないでください。',
  },
  troubles: {
    noRoomForFile:
      'このシステムのディスクに空きがないため、まだ読み取れません。何も反映していません。媒体は差したままでかまいません。空きができると自動で読み取ります。運用担当者に知らせてください。',
    stickFull:
      '媒体に空きがないため、受領書を書けません。不要なファイルを消して差し直してください。',
    stickNotWritable:
      '媒体が書き込み禁止のため、受領書を書けません。書き込みを許可して差し直してください。',
  } as Record<string, string>,
  keysTitle: '市区町村の鍵',
  keysLead:
    '封入する担当者の鍵は、1人目の管理者が登録し、2人目の管理者が電話で照合コードを聞き取って入力すると使えるようになります。',
  code: '照合コード',
  keyStates: { registered: '2人目の確認待ち', confirmed: '使用中', revoked: '使用停止' },
  register: '鍵を登録する',
  publicKey: '公開鍵（封入ツールに表示される44文字）',
  confirm: '確認して使えるようにする',
  typeCode: '電話で聞いた照合コード',
  waitsForOther: '別の管理者の確認を待っています',
  revoke: '使用を止める',
  said: {
    registered: '鍵を登録しました。別の管理者が照合コードを確かめると使えるようになります。',
    confirmed: '鍵を確認しました。',
    revoked: '鍵の使用を止めました。',
    notFound: 'その鍵はありません。',
  } as Record<string, string>,
}

export type SticksText = typeof sticksJa
