/** What a cover letter says in English below the Japanese: the slips themselves are Japanese alone. */
export const ticketSheetEn = {
  inBrief: (phone: string) =>
    `English: These are your COVID-19 vaccination tickets. Book an appointment and bring this sheet uncut. The slips marked 予診のみ are for a visit on which you could not be vaccinated. Questions: call ${phone}.`,
}
