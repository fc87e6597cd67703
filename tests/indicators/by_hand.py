"""The 38 indicators in plain pandas, written by hand from the table of indicators (tests/data/domain/indicators.csv):
the second route of the tests, and what the benchmark is measured against. Knows nothing of the formula language."""

import pandas as pd


def lag(series: pd.Series, quarters: int) -> pd.Series:
    return series.groupby(level="base").shift(quarters)


def sum4(series: pd.Series) -> pd.Series:
    return series + lag(series, 1) + lag(series, 2) + lag(series, 3)


def rolling4(series: pd.Series) -> pd.Series:
    """The same as sum4, as one would write it first."""
    return series.groupby(level="base").rolling(4).sum().droplevel(0)


def by_hand(t: pd.DataFrame, year=sum4) -> dict[str, tuple[pd.Series, pd.Series | None, float, str]]:
    """Code → (numerator, denominator, factor, the types it is for), from domain/indicators.csv."""
    every = "regional enterprise university institute"
    no_bonds = t["type"].isin(["university", "institute"])
    bonds = t["bond_amt"].where(~no_bonds, 0.0)
    finance = t["equity_amt"] + t["loan_amt"] + bonds + t["other_fin_amt"]
    firms, jobs = t["firms_end"], t["jobs_total"]
    ends = firms + lag(firms, 1) + lag(firms, 2) + lag(firms, 3) + lag(firms, 4)
    return {
        "EMP01": (year(t["jobs_new"]), None, 1, every),
        "EMP02": (jobs - lag(jobs, 4), lag(jobs, 4), 100, every),
        "EMP03": (year(t["jobs_key_new"]), year(t["jobs_new"]), 100, every),
        "EMP04": (year(t["jobs_grad_new"]), year(t["jobs_new"]), 100, every),
        "EMP05": (jobs, firms + t["teams_end"], 1, every),
        "EMP06": (year(t["posts_filled"]), year(t["posts_offered"]), 100, every),
        "EMP07": (t["jobs_highedu"], jobs, 100, every),
        "EMP08": (year(t["trainees"]), jobs, 100, every),
        "INC01": (firms - lag(firms, 4), lag(firms, 4), 100, every),
        "INC02": (year(t["firms_graduated"]), ends / 5, 100, every),
        "INC03": (year(t["firms_closed"]), lag(firms, 4) + year(t["firms_entered"]), 100, every),
        "INC04": (t["grads_alive"], t["grads_cum"], 100, every),
        "INC05": (t["firms_hightech"], firms, 100, every),
        "INC06": (t["firms_srdi"], firms, 100, every),
        "INC07": (t["ip_valid"], firms, 1, every),
        "INC08": (year(t["rd_amt"]), year(t["revenue_amt"]), 100, every),
        "INC09": (year(t["tech_contract_amt"]), firms, 1, every),
        "INC10": (firms, t["mentors"], 1, every),
        "INC11": (t["space_firms_sqm"], t["space_total_sqm"], 100, every),
        "FIN01": (t["fin_firms_ytd"], firms, 100, every),
        "FIN02": (year(finance), firms, 1, every),
        "FIN03": (year(t["equity_amt"]), year(finance), 100, every),
        "FIN04": (year(t["early_equity_amt"]), year(t["equity_amt"]), 100, every),
        "FIN05": (year(t["loan_credit_amt"]), year(t["loan_amt"]), 100, every),
        "FIN06": (year(t["loan_mlt_amt"]), year(t["loan_amt"]), 100, every),
        "FIN07": (year(t["loan_ip_amt"]), firms, 100, every),
        "FIN08": (t["riskpool_amt"], year(t["loan_ip_amt"] + t["loan_guar_amt"]), 1, "regional"),
        "FIN09": (year(finance), year(t["subsidy_amt"] + t["rent_relief_amt"]), 1, every),
        "FIN10": (year(t["rent_relief_amt"]), firms, 1, every),
        "FIN11": (t["equity_market_firms"], firms, 100, every),
        "COL01": (t["uni_ent_projects"], firms, 100, every),
        "COL02": (year(t["procure_sme_amt"]), year(t["revenue_amt"]), 100, "regional enterprise"),
        "COL03": (t["cross_region_firms"], firms, 100, every),
        "COL04": (year(t["intl_projects"]), None, 1, every),
        "COL05": (year(t["results_converted"]), None, 1, "regional university institute"),
        "COL06": (year(t["events_held"]), firms, 100, every),
        "COL07": (t["instruments_shared"], firms, 100, every),
        "COL08": (year(t["voucher_amt"]), firms, 1, every),
    }


def value_of(numerator, denominator, factor):
    if denominator is None:
        return factor * numerator
    return factor * numerator / denominator.where(denominator != 0)
