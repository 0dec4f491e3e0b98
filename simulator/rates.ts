/** How often things happen, as shares of the residents; met as quotas, not by chance. */
export type Rates = {
  /** Residents who get a first dose. */
  coverage: number
  /** First-dosed who never come for the second. */
  noShow: number
  /** First-dosed who come for the second three to eight weeks late. */
  late: number
  movers: number
  deaths: number
  protected: number
  /** Doses whose slip is scanned again by mistake. */
  duplicateScans: number
  /** Doses typed from the ticket instead of scanned. */
  typed: number
  /** Residents who gave a mail address. */
  mail: number
}

export const rateNames = ['teaching', 'measured'] as const
export type RateName = (typeof rateNames)[number]

/**
 * `teaching` lets a few hundred residents show everything. `measured` follows 2021: 0.3% of people
 * move between two doses three weeks apart (1.7% in twenty weeks), 1.14% die within a year, 79% had a
 * first dose at its end and 98.5% of them a second. Protection, mistaken scans, typing and mail were
 * never published: those four are assumptions.
 */
export const rates: Record<RateName, Rates> = {
  teaching: {
    coverage: 0.8,
    noShow: 0.08,
    late: 0.04,
    movers: 0.05,
    deaths: 0.01,
    protected: 0.01,
    duplicateScans: 0.02,
    typed: 0.05,
    mail: 0.4,
  },
  measured: {
    coverage: 0.79,
    noShow: 0.015,
    late: 0.02,
    movers: 0.017,
    deaths: 0.0044,
    protected: 0.001,
    duplicateScans: 0.005,
    typed: 0.05,
    mail: 0.4,
  },
}
