/** Codes of roles, purposes and sealed fields, in words for a reader of the evidence pack. */
type Words = Record<string, { ja: string; en: string }>

export const roleWords: Words = {
  sesshu_api: { ja: '窓口・会場の処理（api）', en: 'api' },
  sesshu_worker: { ja: '通知の処理（worker）', en: 'worker' },
  sesshu_relay: { ja: '知らせの配送（relay）', en: 'relay' },
  sesshu_import: { ja: 'ファイルの取込', en: 'file import' },
  sesshu_statistics: { ja: '国の統計の画面（state）', en: 'the state’s desk (state)' },
  sesshu_monitor: { ja: '見張り', en: 'monitor' },
  sesshu_backup: { ja: '控えの作成', en: 'backup' },
  sesshu_authority: { ja: '監督機関', en: 'supervisory authority' },
  sesshu_keyd: { ja: '鍵の処理（keyd）', en: 'keyd' },
  sesshu_sealer: { ja: '閲覧記録の署名（sealer）', en: 'sealer' },
  sesshu_definer: { ja: '町をまたぐ関数', en: 'functions across towns' },
}

export const purposeWords: Words = {
  '': { ja: '（人の行を含まない表）', en: '(a table without people)' },
  '*': { ja: 'その処理の仕事のすべて', en: 'its only business' },
  recordDose: { ja: '接種の記録', en: 'recording a dose' },
  changeDose: { ja: '接種の記録の訂正', en: 'mending the record of a dose' },
  bindScan: { ja: '待っていた読み取りの照合', en: 'matching a waiting scan' },
  settleConflict: { ja: '戻ってきた読み取りの片付け', en: 'settling a scan that came back' },
  resolve: { ja: '確認待ちの処理', en: 'settling what is attached to nobody' },
  keyPaper: { ja: '紙の入力', en: 'keying paper slips' },
  planCourse: { ja: '予定の計算', en: 'planning a course' },
  manageRegister: { ja: '住民の登録', en: 'keeping the register' },
  settleMove: { ja: '転入・転出の処理', en: 'settling a move' },
  openWave: { ja: '対象者への案内', en: 'opening a wave' },
  sendNotice: { ja: '通知の発送', en: 'sending a notice' },
  showCourse: { ja: 'コースの画面', en: 'showing a course' },
  showTown: { ja: '市区町村の集計の画面', en: 'a town’s figures' },
  operate: { ja: '運用', en: 'operating' },
  manageTown: { ja: '市区町村・会場の設定', en: 'settings of a town' },
  deliverNews: { ja: '知らせの配送', en: 'delivering news' },
  claimMail: { ja: 'メールの受け持ち', en: 'claiming mails' },
  eveningTowns: { ja: '夜の手紙のある町', en: 'towns with letters tonight' },
  reconcile: { ja: '照合', en: 'reconciling' },
  judgeLots: { ja: 'ロットの情報による再判定', en: 'judging a lot’s doses again' },
  checkFindings: { ja: '確認事項の確認', en: 'checking findings' },
  count: { ja: '集計', en: 'counting' },
  publish: { ja: '統計の公表', en: 'publishing statistics' },
  callDesk: { ja: '電話の窓口', en: 'the call desk' },
  residentPage: { ja: '住民の画面', en: 'a resident’s page' },
  openLetterCode: { ja: '手紙の符号の確認', en: 'opening a letter’s code' },
  answerResident: { ja: '住民への返事', en: 'answering a resident' },
  registerStay: { ja: '滞在先での登録', en: 'registering a stay' },
  printTicket: { ja: '接種券の印刷', en: 'printing tickets' },
  linkPeople: {
    ja: '2つの登録を同じ人として結ぶ・離す',
    en: 'linking two register rows, or taking them apart',
  },
  byHandDelivery: { ja: '手作業での届け', en: 'delivering by hand' },
  disclose: { ja: '開示', en: 'disclosure' },
  protectPerson: { ja: '支援措置', en: 'protecting a person' },
  legalMatch: { ja: '法に基づく照合', en: 'a match by law' },
  review: { ja: '緊急アクセスの確認', en: 'reviewing' },
  breakGlass: { ja: '緊急アクセス', en: 'emergency access' },
  erase: { ja: '消去', en: 'erasing' },
  retain: { ja: '保存期間の管理', en: 'retention' },
}

export const fieldWords: Words = {
  name: { ja: '氏名', en: 'name' },
  kana: { ja: 'かな', en: 'kana' },
  bornOn: { ja: '生年月日', en: 'birth date' },
  mail: { ja: 'メール', en: 'mail' },
  address: { ja: '住所', en: 'address' },
  ticketNumber: { ja: '券の番号', en: 'ticket number' },
  myNumber: { ja: 'マイナンバー', en: 'My Number' },
  letter: { ja: '手紙の内容', en: 'letter' },
  delivery: { ja: '安全な届け先', en: 'safe address' },
  note: { ja: '備考', en: 'note' },
  message: { ja: '住民からの連絡', en: 'resident’s message' },
  letterCode: { ja: '手紙の符号', en: 'letter code' },
}

export const clientWords: Words = {
  api: roleWords.sesshu_api!,
  worker: roleWords.sesshu_worker!,
  import: roleWords.sesshu_import!,
  authority: roleWords.sesshu_authority!,
  keys: { ja: '鍵の管理の命令', en: 'the keys command' },
  monitor: roleWords.sesshu_monitor!,
}

export const commandWords: Words = {
  select: { ja: '読む', en: 'read' },
  insert: { ja: '足す', en: 'add' },
  update: { ja: '変える', en: 'change' },
  delete: { ja: '消す', en: 'delete' },
}
