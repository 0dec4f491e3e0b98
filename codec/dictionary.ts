/**
 * What payloads have in common, so that each is small before it is encrypted. Part of format 1 for
 * ever: one changed byte, and no payload written with it can be read again. New words need a new
 * format beside this one. The commonest stand last, where pointing at them costs least.
 */
export const dictionaryOfFormat1 = Buffer.from(
  [
    ...['Encoded failure', 'stack_trace', 'message', 'personNotVisible', 'programmingError'],
    ...['outage', ' failed: '],
    '毎晩の発送 / letters of every evening',
    '次の夜を確認 / find the next evening',
    'の夜まで待機 / wait for the evening of ',
    'に発送する市区町村 / towns with letters on ',
    'の発送 / letters of one evening',
    '最終確認をして封緘 / check every letter once more and seal',
    ...['封緘した', '通を印刷 / print ', ' sealed letters'],
    ...['{"eveningAt":"', '","batchOn":"', '{"afterBatchOn":"', '{"towns":["', '{"notBefore":"'],
    ...['{"letters":', '{"pages":', '"municipalityCode":"'],
    'January February March April May June July August September October November December 2022 2021',
    '"closedBecause":"deceased movedAbroad declined merged removedFromRegister',
    '"cause":"relocated","cause":"corrected","cause":"closed","stage":"closed","stage":"complete"',
    '"stage":"awaitingFirstDose","stage":"inFollowUp","dosesGiven":2,"moderna","astrazeneca"',
    '転入者へのお知らせ / notice after the move',
    '市区町村に個別確認を依頼 / ask the municipality to follow up',
    '最新の記録を確認 / ask for the newest facts',
    '督促2回目：要否を再確認して手配 / reminder 2: check again, then queue',
    '督促1回目：要否を再確認して手配 / reminder 1: check again, then queue',
    'まで待機（次：市区町村に個別確認を依頼） / wait until ',
    'まで待機（次：督促1回目） / wait until ',
    'まで待機（次：2回目が期限超過に） / wait until  2021: dose 2 overdue',
    '"接種コース  / vaccination course"',
    '{"kind":"followUp","doseNumber":2,"occasion":"',
    '{"kind":"relocationNotice","doseNumber":2,"occasion":"',
    '{"courseId":"","workflowNowMs":17',
    ',"step":{"kind":"reminder","phase":"overdue","doseNumber":2,"occasion":"',
    '{"version":2,"cause":"replanned","stage":"secondDoseOverdue","dosesGiven":1,',
    '{"version":1,"cause":"doseGiven","stage":"awaitingSecondDose","dosesGiven":1,',
    '"municipalityCode":"13","product":"pfizer","steps":[{"kind":"stage","doseNumber":2,',
    '"occasion":"","round":0,"on":"2021-0","at":"202T00:00:00.000Z"},{"kind":"reminder",',
    '"phase":"overdue","doseNumber":2,"occasion":"","round":1,"on":"2021-0","at":"202.000Z"}]}',
    '\n\x17\n\x08encoding\x12\x0bbinary/null',
    '\n\x16\n\x08encoding\x12\njson/plain\x12',
  ].join(''),
)
