/** Register rows that two people link or take apart. */
import type { ProblemTexts } from './text.ts'

export const linkProblems: ProblemTexts = {
  linkNotYours: {
    ja: {
      title: 'この市区町村の登録ではありません',
      detail: '2つのどちらも、この市区町村の登録ではありません。',
      whatToDo: 'どちらか一方の市区町村コードを、この市区町村のものにしてください。',
    },
    en: {
      title: 'Neither row is of this register',
      detail: 'Neither of the two rows is in this municipality’s register.',
      whatToDo: 'One of the two codes must be this municipality’s.',
    },
  },
  linkSameRow: {
    ja: {
      title: '同じ登録です',
      detail: '2つの番号は、同じ1つの登録を指しています。',
      whatToDo: 'もう一方の登録番号を確かめてください。',
    },
    en: {
      title: 'This is one row',
      detail: 'Both numbers name the same row.',
      whatToDo: 'Check the other register number.',
    },
  },
  alreadyOnePerson: {
    ja: {
      title: 'すでに同じ人です',
      detail: '2つの登録は、転入届か前の承認によって、すでに同じ人として扱われています。',
      whatToDo: '何もする必要はありません。',
    },
    en: {
      title: 'One person already',
      detail: 'A move-in or an earlier link has joined the two rows already.',
      whatToDo: 'There is nothing to do.',
    },
  },
  linkOfLeaver: {
    ja: {
      title: 'この人はすでに転出しています',
      detail: 'この番号の人は、届出または前の承認により、この市区町村にはもう住んでいません。',
      whatToDo:
        '今住んでいる市区町村が登録を結び付けます。本人からの申し出なら、そちらに連絡するよう伝えてください。',
    },
    en: {
      title: 'This person has left',
      detail: 'By what was told or agreed before, they do not live in this municipality any more.',
      whatToDo:
        'The municipality where they live now links the rows. If they asked for it, refer them to it.',
    },
  },
  linkBirthDateDiffers: {
    ja: {
      title: '生年月日が違います',
      detail: '2つの登録の生年月日が違うため、結べません。',
      whatToDo: '登録番号を確かめてください。生年月日の誤りなら、先に登録を直してください。',
    },
    en: {
      title: 'The birth dates differ',
      detail: 'Rows with different birth dates cannot be linked.',
      whatToDo: 'Check the numbers. If a birth date is wrong, correct the register first.',
    },
  },
  unknownLink: {
    ja: {
      title: '結んだ登録が見つかりません',
      detail: 'もう離されたか、この市区町村で結んだものではありません。',
      whatToDo: '一覧で確かめてください。',
    },
    en: {
      title: 'No such link stands',
      detail: 'It was taken apart already, or is not this office’s.',
      whatToDo: 'Check the list.',
    },
  },
  laterLinkFirst: {
    ja: {
      title: 'あとから結んだものが残っています',
      detail: 'この人の登録は、このあとでもう一度結ばれています。',
      whatToDo: 'あとから結んだものを先に離してください。',
    },
    en: {
      title: 'A later link still stands',
      detail: 'The person’s rows were linked once more after this.',
      whatToDo: 'Take the later link apart first.',
    },
  },
  doseSinceLink: {
    ja: {
      title: 'どちらの接種か決められない記録があります',
      detail: '結んだあとに、一方の券で接種され、もう一方の登録に記録された接種があります。',
      whatToDo: 'コースのページで、その接種を正しい人に付け替えてから、もう一度離してください。',
    },
    en: {
      title: 'A dose since then could be either’s',
      detail:
        'A dose given with one row’s ticket was recorded under the other since they were linked.',
      whatToDo: 'Move that dose to its person on the course page, then take the rows apart.',
    },
  },
}
