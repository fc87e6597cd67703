"""The numbers behind the sample: published ones where there are any, and our own assumptions beside them.

Rates are a year's unless a name says otherwise; money is in 万元. Sources: Torch Center yearbooks for incubators and
makerspaces (2014, 2019, 2021), the programme's own announcements (vacancies, 2021), and the opinion of 30 July 2020.
"""

TYPE_SHARES = {"regional": 120, "enterprise": 40, "university": 40, "institute": 12}
BATCHES = {1: (28, "2016-05-12"), 2: (92, "2017-06-21"), 3: (92, "2020-12-24")}
"""Batch → (bases in the programme, day since which they are in it)."""
HARDSHIP_SHARE = 0.15
DECLINERS, STARS = 8, 4
"""Of the whole programme's 212 bases; scaled with the number of bases."""
PROGRAMME = 212

SHRINK = 15
"""Bases have this many times fewer firms than real ones, so that a demonstration is quick."""
FEWEST_FIRMS = 4
"""Added to every base's shrunk number of firms: below it ratios mean little."""
MOST_FIRMS = 400
FIRMS = {"regional": (900, 0.9), "enterprise": (120, 1.0), "university": (80, 0.7), "institute": (50, 0.6)}
"""Firms in incubation: median and σ of a lognormal, before shrinking."""

EMPLOYEES = (7.0, 1.15)
"""Employees of a firm: median and σ of a lognormal (mean 13.6)."""
NEWCOMER = (5.5, 1.0)
"""The same of a firm that enters."""
TEAM_MEMBERS = 3.5

ENTRY, GRADUATION, EXIT, CLOSED_OF_EXITS = 0.20, 0.09, 0.07, 0.5
GRADUATION_AFTER = 4
"""Quarters that a firm is in the base before it can graduate."""
GONE_AT_ONCE = 0.005
"""Share of entering firms that leave in the very quarter."""

HIRES, SEPARATIONS = 0.26, 0.165
"""People hired and people leaving a year, per employee; with the flows of firms this gives jobs +3.5 % a year."""
GRADUATE_SEASON = (0.2, 0.2, 0.4, 0.2)
"""How graduate hires fall on the quarters of a year."""
GRADUATE_SHARE = {"regional": 0.24, "enterprise": 0.24, "university": 0.42, "institute": 0.32}
OTHER_KEY_SHARE = {"regional": 0.20, "enterprise": 0.14, "university": 0.08, "institute": 0.07}
"""Of the hires that are no graduates: returned migrants, registered unemployed, veterans."""
KEY_GROUPS = (0.5, 0.33, 0.17)
"""How these fall on migrants, unemployed, veterans."""
COLLEGE_SHARE = {"regional": 0.77, "enterprise": 0.78, "university": 0.88, "institute": 0.90}
FILL_RATE = 0.48
"""2.0 m of 4.167 m vacancies were filled in 2021."""

REVENUE_PER_HEAD = 12.0
"""A quarter."""
REVENUE_SEASON = (0.88, 0.98, 1.0, 1.14)
RD_INTENSITY = 0.0668
IP_PER_FIRM, INVENTIONS = 2.0, 0.177
HIGHTECH, TECHSME, SRDI, GIANT_OF_SRDI, CROSS_REGION = 0.14, 0.30, 0.06, 0.12, 0.06

EQUITY_RATE, EARLY_ROUNDS = 0.04, 0.6
EARLY_MEAN, LATER_MEAN = 350.0, 850.0
"""With 60 % early rounds the mean is 550."""
LOAN_RATE, LOAN_MEAN = 0.10, 250.0
LOAN_SEASON = (1.35, 0.65, 0.65, 1.35)
CREDIT_SHARE, LONG_SHARE, PLEDGE_SHARE, GUARANTEE_SHARE = 0.30, 0.40, 0.18, 0.12
BOND_RATE, BOND_MEAN = 0.004, 600.0
OTHER_RATE, OTHER_MEAN = 0.03, 80.0
DEAL_SIGMA, LARGEST_DEAL = 0.65, 3_000.0

SURVIVAL = 0.86
"""Graduates since the start that still trade when the sample begins; published: 80–90 %."""
DEATHS_OF_GRADUATES = 0.025

BLANK_SHARE = 0.003
"""Of all cells asked."""
LATE_SHARE, LATEST = 0.05, 15
"""Returns that come in late, and by how many days at most."""
CORRECTED_AFTER = (2, 10)
FAULTS = {"unit_slip": 0.02, "stock_continuity": 0.05, "copied": 0.01, "roster_mismatch": 0.03}
"""Kind of fault → its share of the single returns."""

INDUSTRIES = {
    "I65": 8, "I651": 6, "I6513": 10, "I6531": 6, "I6550": 4, "I6560": 3, "I642": 3, "M7320": 6, "M7340": 3, "M7484": 2,
    "M751": 5, "M7513": 3, "M7530": 3, "C35": 4, "C3670": 3, "C38": 3, "C3825": 3, "C39": 4, "C3973": 3, "C4028": 3,
    "C27": 2, "L7259": 2, "N77": 2, "R87": 2, "F5193": 2, "P83": 1, "A01": 1,
}  # fmt: skip
"""Codes of GB/T 4754-2017 and how often they are drawn."""
FOUNDERS = {
    "regional": (0.18, 0.17, 0.08, 0.07, 0.50),
    "enterprise": (0.12, 0.08, 0.10, 0.06, 0.64),
    "university": (0.48, 0.04, 0.24, 0.08, 0.16),
    "institute": (0.14, 0.03, 0.50, 0.12, 0.21),
}
"""Founder groups: student, returnee, researcher, overseas, other."""
