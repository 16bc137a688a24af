"""The workloads as Polars expressions, streaming engine."""

import datetime
import decimal
from pathlib import Path

import polars as pl


def cpr(views: dict) -> list:
    """As cpr.duckdb_calendar.sql: the months of 200 years, joined by month, year and position 7."""
    texts = pl.scan_parquet(views["texts"])
    keys = [(month, year, digit) for month in range(1, 13) for year in range(100) for digit in range(10)]
    first_days = [datetime.date(century(digit, year) + year, month, 1) for month, year, digit in keys]
    calendar = pl.LazyFrame(
        {"key": [month * 1000 + year * 10 + digit for month, year, digit in keys], "first_day": first_days},
        schema={"key": pl.Int64, "first_day": pl.Date},
    ).with_columns(length=pl.col("first_day").dt.days_in_month().cast(pl.Int64))
    number = pl.when(pl.col("cpr").str.contains(r"^[0-9]{10}$")).then(pl.col("cpr")).cast(pl.Int64)
    written_day = pl.col("number") // 100_000_000
    day = pl.when(written_day > 60).then(written_day - 60).otherwise(written_day)
    dates = (
        texts.select(number=number)
        .with_columns(key=pl.col("number") // 1000 % 100_000, day=day, replacement=written_day > 60)
        .join(calendar, on="key", how="left")
        .with_columns(
            birth=pl.when((pl.col("day") >= 1) & (pl.col("day") <= pl.col("length"))).then(
                pl.col("first_day").cast(pl.Int64) + pl.col("day") - 1
            )
        )
    )
    last = (datetime.date(2026, 1, 1) - datetime.date(1970, 1, 1)).days
    valid = ~pl.col("replacement") & (pl.col("number") % 10_000 != 0) & (pl.col("birth") <= last)
    return (
        dates.select(
            texts=pl.len(), valid=valid.fill_null(False).sum(), dates=pl.col("birth").count(), days=pl.col("birth").sum()
        )
        .collect(engine="streaming")
        .rows()
    )


def century(digit: int, year: int) -> int:
    """The century of position 7 and the two-digit year."""
    if digit <= 3:
        return 1900
    if digit in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


PERIOD, PERIOD_END = datetime.date(2022, 12, 1), datetime.date(2023, 1, 1)
KRONER = pl.Decimal(12, 2)
#: The facts a calculation keeps, in its order.
FACTS = [
    "birth_date", "provider", "extra_child_allowance", "single", "lives_with_parent", "partner_on_assistance",
    "pregnant_past_week_12", "severe_mental_illness", "vocational_education", "activity_ready",
    "residence_requirement_met", "employment_requirement_met", "work_income", "work_hours", "other_income",
    "spouse_work_income", "spouse_work_hours", "spouse_other_income", "spouse_help",
    "child_support", "spouse_opted_out", "reduction_225",
]


def month_end(views: dict, out: str) -> list:
    """As assessed.sql, calculations.sql and payments.sql of benches/queries/month_end, without the SHA-256
    of a payment, which Polars does not have."""
    assessed = deduct(price(joined(views), views), views).collect(engine="streaming").lazy()
    options = {"compression": "zstd", "compression_level": 1, "engine": "streaming"}
    calculations(assessed).sink_parquet(f"{out}/calculations.parquet", **options)
    payments(assessed).sink_parquet(f"{out}/payments.parquet", **options)
    return []


def newest(rows: pl.LazyFrame, *key: str) -> pl.LazyFrame:
    """The row of each key that was registered last."""
    return rows.group_by(key).agg(pl.all().sort_by("registered_at").last())


def joined(views: dict) -> pl.LazyFrame:
    """One row: one granted case with its facts, citizen and incomes of the month."""
    ends = pl.coalesce("stopped_from", "closed_on", pl.lit(PERIOD_END))
    grants = (
        newest(
            pl.scan_parquet(views["cases"]).select(
                "case_id", "person_id", "benefit", "status", "granted_from", "stopped_from", "closed_on", "registered_at"
            ),
            "case_id",
        )
        .filter(
            pl.col("benefit") == "kontanthjaelp",
            pl.col("status").is_in(["granted", "stopped", "closed"]),
            pl.col("granted_from") < PERIOD_END,
            ends > PERIOD,
        )
        .select(
            "case_id",
            "person_id",
            whole_month=(pl.col("granted_from") <= PERIOD) & (ends >= PERIOD_END),
            second_grant=pl.col("case_id").min().over("person_id") != pl.col("case_id"),
        )
    )
    grants = grants.collect(engine="streaming").lazy()
    facts = facts_in_force(grants, views).collect(engine="streaming").lazy()
    income = incomes(grants, facts, views).collect(engine="streaming").lazy()
    spouse = income.select(
        spouse_person_id="person_id",
        spouse_work_income="work_income",
        spouse_work_hours="work_hours",
        spouse_other_income="other_income",
        spouse_found=pl.lit(True),
    )
    rows = (
        grants.join(citizens(grants, views), on="person_id", how="left")
        .join(facts, on="case_id", how="left")
        .join(income.with_columns(own_found=pl.lit(True)), on="person_id", how="left")
        .join(spouse, on="spouse_person_id", how="left")
    )
    return rows.with_columns(
        *(pl.col(name).fill_null(0) for name in ("work_income", "other_income", "spouse_work_income", "spouse_other_income")),
        work_hours=pl.when(pl.col("own_found")).then("work_hours").otherwise(0),
        spouse_work_hours=pl.when(pl.col("spouse_found")).then("spouse_work_hours").otherwise(0),
        birth_date=pl.when(pl.col("person_rows") == 1).then("birth_date"),
        newest=pl.col("newest").fill_null(True),
        known=(pl.col("has_facts") & (pl.col("person_rows") == 1)).fill_null(False),
        calculable=((pl.col("registrations") == 1) & pl.col("whole_month")).fill_null(False),
        fault=pl.when(pl.col("person_rows").is_null()).then(pl.lit("person_unknown"))
        .when(pl.col("person_rows") > 1).then(pl.lit("overlapping_person_rows"))
        .when("dead").then(pl.lit("dead"))
        .when(~pl.col("resident")).then(pl.lit("not_resident"))
        .when(~pl.col("cpr_known")).then(pl.lit("cpr_invalid"))
        .when("second_grant").then(pl.lit("double_grant"))
        .when(~pl.col("whole_month")).then(pl.lit("part_month"))
        .when(pl.col("registrations").is_null()).then(pl.lit("facts_missing"))
        .when((pl.col("registrations") > 1) | pl.col("overtaken")).then(pl.lit("overlapping_facts")),
    )


def facts_in_force(grants: pl.LazyFrame, views: dict) -> pl.LazyFrame:
    """One row: one registration of facts that holds on the first day for a granted case, and how many do."""
    known = (
        newest(
            pl.scan_parquet(views["case_facts"])
            .filter(pl.col("valid_from") < PERIOD_END)
            .join(grants, on="case_id", how="semi"),
            "case_id",
            "valid_from",
        )
        .drop("children_at_home", "registered_at")
        .filter(pl.col("valid_to") > PERIOD)
        .sort("case_id", "valid_from")
        .with_columns(before=pl.col("valid_to").cum_max().shift(1).over("case_id"))
    )
    first_day = pl.col("valid_from") <= PERIOD
    late = ((pl.col("valid_from") > PERIOD) & (pl.col("before") > pl.col("valid_from"))).fill_null(False)
    return (
        known.with_columns(
            registrations=first_day.sum().over("case_id"), overtaken=late.any().over("case_id")
        )
        .filter(first_day)
        .with_columns(newest=pl.col("valid_from") == pl.col("valid_from").max().over("case_id"), has_facts=pl.lit(True))
        .drop("before", "valid_from", "valid_to")
    )


def citizens(grants: pl.LazyFrame, views: dict) -> pl.LazyFrame:
    """One row: one granted person as registered on the last day of the month."""
    known = newest(
        pl.scan_parquet(views["persons"])
        .select("person_id", "cpr", "birth_date", "status", "valid_from", "valid_to", "registered_at")
        .filter(pl.col("valid_from") < PERIOD_END)
        .join(grants, on="person_id", how="semi"),
        "person_id",
        "valid_from",
    )
    day = pl.col("cpr").str.slice(0, 2).cast(pl.Int32, strict=False)
    day = pl.when(day > 60).then(day - 60).otherwise(day)
    return (
        known.filter(pl.col("valid_to") >= PERIOD_END)
        .group_by("person_id")
        .agg(
            person_rows=pl.len(),
            birth_date=pl.col("birth_date").min(),
            dead=(pl.col("status") == "90").any(),
            resident=pl.col("status").is_in(["01", "03"]).all(),
            cpr_known=(
                pl.col("cpr").str.contains(r"^[0-9]{10}$")
                & day.is_between(1, pl.col("birth_date").dt.days_in_month().cast(pl.Int32))
                & pl.col("cpr").str.slice(2, 2).is_between(pl.lit("01"), pl.lit("12"))
            ).all(),
        )
    )


def incomes(grants: pl.LazyFrame, facts: pl.LazyFrame, views: dict) -> pl.LazyFrame:
    """One row: what one citizen or spouse had in the month."""
    wanted = pl.concat([
        grants.select("person_id"), facts.select(person_id="spouse_person_id").filter(pl.col("person_id").is_not_null())
    ]).unique()
    wage = pl.col("income_group") == "wage"
    unknown = (wage & (pl.col("kind") == "original") & pl.col("hours").is_null()).any()
    return (
        pl.scan_parquet(views["incomes"])
        .filter(pl.col("period") == PERIOD)
        .join(wanted, on="person_id", how="semi")
        .group_by("person_id")
        .agg(
            work_income=pl.col("amount").filter(wage).sum(),
            work_hours=pl.when(~unknown).then(pl.col("hours").filter(wage).sum()),
            other_income=pl.col("amount").filter(~wage).sum(),
        )
    )


def price(rows: pl.LazyFrame, views: dict) -> pl.LazyFrame:
    """With the rate and the supplement of each case (LAS § 25)."""
    born, home, provider = pl.col("birth_date"), pl.col("lives_with_parent"), pl.col("provider")
    adult, from_25 = born <= datetime.date(1992, 12, 1), born <= datetime.date(1997, 12, 1)
    ill, pregnant = pl.col("severe_mental_illness"), pl.col("pregnant_past_week_12")
    allowance = pl.col("extra_child_allowance")
    young = pl.concat_str(
        pl.when(from_25).then(pl.lit("age_25_29")).otherwise(pl.lit("under_25")),
        pl.when(home).then(pl.lit("_living_home")).otherwise(pl.lit("_living_out")),
    )
    rate = (
        pl.when(adult & provider).then(pl.lit("age_30_plus_provider"))
        .when(adult).then(pl.lit("age_30_plus_other"))
        .when(~pl.col("vocational_education") | born.is_null()).then(None)
        .when(provider & ill).then(pl.lit("under_30_mental_illness_provider"))
        .when(provider & pregnant).then(None)
        .when(provider & allowance).then(pl.lit("under_30_single_provider"))
        .when(provider).then(pl.lit("under_30_provider_no_extra_child_allowance"))
        .when(pregnant).then(pl.lit("under_30_pregnant_past_week_12"))
        .when(home.is_null() | (born > datetime.date(2004, 12, 1))).then(None)
        .when(ill & ~home).then(pl.lit("under_30_mental_illness_living_out"))
        .otherwise(young)
    )
    supplement = pl.when(pl.col("activity_ready") & ~adult & ~ill & ~pregnant).then(
        pl.when(provider & allowance).then(pl.lit("kontanthjaelp_under_30_single_provider"))
        .when(provider).then(pl.lit("kontanthjaelp_under_30_provider_no_extra_child_allowance"))
        .when(from_25 & home).then(pl.lit("kontanthjaelp_age_25_29_living_home"))
        .when(from_25).then(pl.lit("kontanthjaelp_age_25_29_living_out"))
    )
    rates = pl.scan_parquet(views["rates"]).with_columns(pl.col("amount").cast(KRONER))

    def amounts(benefit: str, key: str, name: str) -> pl.LazyFrame:
        return rates.filter(pl.col("benefit") == benefit).select(pl.col("parameter").alias(key), pl.col("amount").alias(name))

    return (
        rows.with_columns(rate=rate, supplement_rate=supplement)
        .join(amounts("kontanthjaelp", "rate", "base_rate"), on="rate", how="left")
        .join(amounts("aktivitetstillaeg", "supplement_rate", "supplement"), on="supplement_rate", how="left")
        .with_columns(
            base_rate=pl.when("known").then("base_rate"),
            supplement=pl.when(pl.col("known") & pl.col("rate").is_not_null()).then(
                pl.when(pl.col("supplement_rate").is_null()).then(pl.lit(0).cast(KRONER)).otherwise("supplement")
            ),
        )
    )


def deduct(priced: pl.LazyFrame, views: dict) -> pl.LazyFrame:
    """With the deductions for income (LAS §§ 30-31), the help and the reason why it cannot be paid."""
    law = dict(
        pl.scan_parquet(views["rates"]).filter(pl.col("benefit") == "fradrag").select("parameter", "amount").collect().iter_rows()
    )
    per_hour, max_hours = law["work_income_disregard_per_hour"], law["work_income_disregard_max_hours_per_month"]

    def disregard(work: str, hours: str, other: str) -> pl.Expr:
        """In whole øre: hundredths of hours times hundredths of kroner, the half up. No factor is published."""
        oere = pl.min_horizontal(pl.col(hours).cast(pl.Decimal(38, 2)) * 100, pl.lit(max_hours * 100).cast(pl.Decimal(38, 2)))
        product = (oere.cast(pl.Int64) * int(per_hour * 100) + 50) // 100
        kroner = (product.cast(pl.Decimal(38, 2)) / 100).cast(KRONER)
        return (
            pl.when((pl.col(work) < 0) | (pl.col(other) < 0)).then(None)
            .when(~pl.col(hours).is_between(0, 744)).then(None)
            .when(pl.col(work) == 0).then(pl.lit(0).cast(KRONER))
            .when(pl.col(hours).is_not_null()).then(pl.min_horizontal(kroner, pl.col(work).cast(KRONER)))
        )

    help_alone = (
        priced.filter("known")
        .group_by("person_id")
        .agg(spouse_help=(pl.col("base_rate") + pl.col("supplement")).max())
        .rename({"person_id": "spouse_person_id"})
        .with_columns(helped=pl.lit(True))
    )
    zero = pl.lit(0).cast(KRONER)
    spouse_income = pl.col("spouse_work_income") + pl.col("spouse_other_income")
    full = pl.col("base_rate") + pl.col("supplement")
    return (
        priced.filter("newest")
        .join(help_alone, on="spouse_person_id", how="left")
        .with_columns(pl.when("calculable").then(pl.col("base_rate", "supplement")))
        .with_columns(
            spouse_help=pl.when("helped").then("spouse_help").otherwise(zero),
            disregard=disregard("work_income", "work_hours", "other_income"),
            spouse_disregard=pl.when("single").then(zero).otherwise(
                disregard("spouse_work_income", "spouse_work_hours", "spouse_other_income")
            ),
        )
        .with_columns(
            own_deduction=least(pl.col("work_income") + pl.col("other_income") - pl.col("disregard"), full),
            spouse_excess=pl.when(pl.col("single") | (spouse_income == pl.col("spouse_disregard"))).then(zero).otherwise(
                greatest_zero(spouse_income - pl.col("spouse_disregard") - pl.col("spouse_help"))
            ),
        )
        .with_columns(spouse_deduction=least(pl.col("spouse_excess"), full - pl.col("own_deduction")))
        .with_columns(gross=(full - pl.col("own_deduction") - pl.col("spouse_deduction")).cast(KRONER))
        .with_columns(
            reason=pl.when(pl.col("fault").is_not_null()).then("fault")
            .when(pl.col("gross").is_null()).then(pl.lit("calculation_incomplete"))
            .when(pl.col("supplementary") & (pl.col("payslip_received_for") < PERIOD).fill_null(True))
            .then(pl.lit("missing_payslip"))
        )
    )


def least(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """The smaller; NULL when one is NULL (`min_horizontal` would skip it)."""
    return pl.when(one.is_null() | other.is_null()).then(None).when(one < other).then(one).otherwise(other)


def greatest_zero(one: pl.Expr) -> pl.Expr:
    return pl.when(one < 0).then(pl.lit(0).cast(KRONER)).otherwise(one)


def calculations(assessed: pl.LazyFrame) -> pl.LazyFrame:
    """One row: one calculation with its steps and facts."""
    calculable = pl.col("calculable")
    return assessed.select(
        pl.lit("benchmark").alias("run_id"),
        "case_id",
        "person_id",
        pl.lit(PERIOD).alias("period"),
        pl.lit("kontanthjaelp").alias("benefit"),
        pl.when(calculable).then("rate").alias("rule_id"),
        pl.when(calculable).then(pl.lit("2016")).alias("law_version"),
        "base_rate",
        "supplement",
        # No case of the data has one of the two decisions.
        pl.when(calculable).then(pl.col("child_support").fill_null(0)).alias("child_support_supplement"),
        pl.when(calculable).then(-pl.col("reduction_225").fill_null(0)).alias("reduction_225"),
        pl.when(calculable).then(pl.col("work_income") + pl.col("other_income")).alias("income"),
        "disregard",
        (-pl.col("own_deduction")).alias("income_deduction"),
        (-pl.col("spouse_deduction")).alias("spouse_deduction"),
        "gross",
        pl.when(pl.col("gross").is_null()).then(pl.coalesce("fault", pl.lit("fact or rate"))).alias("missing"),
        pl.struct(FACTS).struct.json_encode().alias("facts_used"),
        pl.when(calculable).then(pl.format("kontanthjaelp/{}@2022-01-01", "rate")).alias("rates_used"),
        pl.lit(False).alias("derived_rates_used"),
    ).sort("period", "case_id")


def payments(assessed: pl.LazyFrame) -> pl.LazyFrame:
    """One row: one payment; withheld with its reason where a caseworker must act."""
    return (
        assessed.filter(pl.col("gross").ne_missing(0))
        .select(
            (2022120000000000 + pl.col("case_id")).alias("payment_id"),
            pl.lit("benchmark").alias("run_id"),
            "case_id",
            "person_id",
            pl.lit("kontanthjaelp").alias("benefit"),
            pl.lit(PERIOD).alias("period"),
            "gross",
            pl.lit(datetime.date(2022, 12, 30)).alias("pay_on"),
            pl.when(pl.col("reason").is_null()).then(pl.lit("requested")).otherwise(pl.lit("withheld")).alias("status"),
            pl.col("reason").alias("status_reason"),
        )
        .sort("period", "case_id")
    )


def _overlap():
    """Half-open periods of `b` (names without suffix) and `e` have a day in common."""
    return (pl.col("valid_from") < pl.col("valid_to_e")) & (pl.col("valid_from_e") < pl.col("valid_to"))


def overlap_keyed(views: dict) -> list:
    """Employments of the same person that overlap a benefit."""
    benefits, employments = pl.scan_parquet(views["benefits"]), pl.scan_parquet(views["employments"])
    days = pl.min_horizontal("valid_to", "valid_to_e").cast(pl.Int64) - pl.max_horizontal(
        "valid_from", "valid_from_e"
    ).cast(pl.Int64)
    return (
        benefits.join(employments, on="person_id", suffix="_e")
        .filter(_overlap())
        .select(pairs=pl.len(), days=days.sum(), benefits=pl.col("id").sum(), employments=pl.col("id_e").sum())
        .collect(engine="streaming")
        .rows()
    )


def overlap_same_address(views: dict) -> list:
    """Pairs of persons at one address at the same time."""
    stays = pl.scan_parquet(views["residences"])
    return (
        stays.join(stays, on="address_id", suffix="_e")
        .filter(_overlap() & (pl.col("person_id") < pl.col("person_id_e")))
        .select(pairs=pl.len(), first=pl.col("person_id").sum(), second=pl.col("person_id_e").sum())
        .collect(engine="streaming")
        .rows()
    )


def overlap_unkeyed(views: dict) -> list:
    """Benefits and employments that overlap, whoever they belong to: Polars' inequality join."""
    benefits, employments = pl.scan_parquet(views["benefits"]), pl.scan_parquet(views["employments"])
    return (
        benefits.join_where(
            employments,
            pl.col("valid_from") < pl.col("valid_to_e"),
            pl.col("valid_from_e") < pl.col("valid_to"),
            suffix="_e",
        )
        .select(pairs=pl.len(), benefits=pl.col("id").sum(), employments=pl.col("id_e").sum())
        .collect(engine="streaming")
        .rows()
    )


def benefit(views: dict, query: str) -> list:
    """The SQL that DuckDB runs, by Polars' own SQL."""
    frames = {name: frame.lazy() for name, frame in views.items()}
    return pl.SQLContext(frames).execute(Path(query).read_text()).collect(engine="streaming").rows()


def rates_by_month(tables: dict) -> pl.LazyFrame:
    """As benefits/kontanthjaelp_rates.duckdb.sql."""
    c = pl.col
    rates = tables["rates"].filter(c("benefit").is_in(["kontanthjaelp", "aktivitetstillaeg", "fradrag"]))
    return (
        tables["months"]
        .join_where(rates, c("valid_from") <= c("month"), c("valid_to") > c("month"))
        .select("month", name=c("benefit") + "_" + c("parameter"), amount=c("amount").cast(KRONER))
        .collect()
        .pivot(on="name", index="month", values="amount")
        .lazy()
    )


def kontanthjaelp(views: dict) -> list:
    """As benefits/kontanthjaelp.duckdb.sql, the rates laid out by month before or read here."""
    tables = {
        name: files.lazy() if isinstance(files, pl.DataFrame) else pl.scan_parquet(files) for name, files in views.items()
    }
    months = tables["person_months"]
    rates = tables["rates_by_month"] if "rates_by_month" in tables else rates_by_month(tables)
    c = pl.col
    provider, extra, ill = c("provider"), c("extra_child_allowance"), c("severe_mental_illness")
    pregnant, at_home, single = c("pregnant_past_week_12"), c("lives_with_parent"), c("single")
    from_30, from_25 = c("from_30"), c("from_25")

    def rate(name: str) -> pl.Expr:
        return c(f"kontanthjaelp_{name}")

    def supplement(name: str) -> pl.Expr:
        return c(f"aktivitetstillaeg_kontanthjaelp_{name}")

    zero = pl.lit(0, pl.Decimal(12, 2))
    unread = ~from_30 & provider & ~ill & pregnant
    base = (
        pl.when(from_30 & provider).then(rate("age_30_plus_provider"))
        .when(from_30).then(rate("age_30_plus_other"))
        .when(provider & ill).then(rate("under_30_mental_illness_provider"))
        .when(provider & pregnant).then(None)
        .when(pregnant).then(rate("under_30_pregnant_past_week_12"))
        .when(provider & extra).then(rate("under_30_single_provider"))
        .when(provider).then(rate("under_30_provider_no_extra_child_allowance"))
        .when(ill & ~at_home).then(rate("under_30_mental_illness_living_out"))
        .when(from_25 & at_home).then(rate("age_25_29_living_home"))
        .when(from_25).then(rate("age_25_29_living_out"))
        .when(at_home).then(rate("under_25_living_home"))
        .otherwise(rate("under_25_living_out"))
    )
    added = (
        pl.when(unread).then(None)
        .when(from_30 | ~c("activity_ready") | pregnant | provider & ill).then(zero)
        .when(provider & extra).then(supplement("under_30_single_provider"))
        .when(provider).then(supplement("under_30_provider_no_extra_child_allowance"))
        .when(ill & ~at_home).then(zero)
        .when(from_25 & at_home).then(supplement("age_25_29_living_home"))
        .when(from_25).then(supplement("age_25_29_living_out"))
        .otherwise(zero)
    )

    def oere(column: pl.Expr) -> pl.Expr:
        """Whole øre: Polars has no exact product of decimals with a rounding of its own."""
        return (column * 100).cast(pl.Int64)

    def disregard(work: str, hours: str) -> pl.Expr:
        hundredths = pl.min_horizontal(oere(c(hours)), c("max_hours"))
        return pl.min_horizontal((c("per_hour") * hundredths + 50) // 100, c(work))

    amounts = ["work_income", "other_income", "spouse_work_income", "spouse_other_income", "spouse_help"]
    sums = (
        months.join(rates, left_on="period", right_on="month", how="inner")
        .with_columns(
            from_30=c("birth_date") <= c("period").dt.offset_by("-30y"),
            from_25=c("birth_date") <= c("period").dt.offset_by("-25y"),
        )
        .with_columns(
            *[oere(c(name)).alias(name) for name in amounts],
            base=oere(base),
            supplement=oere(added),
            per_hour=oere(c("fradrag_work_income_disregard_per_hour")),
            max_hours=oere(c("fradrag_work_income_disregard_max_hours_per_month")),
        )
        .with_columns(
            disregard=disregard("work_income", "work_hours"),
            spouse_disregard=disregard("spouse_work_income", "spouse_work_hours"),
            help=c("base") + c("supplement"),
        )
        .with_columns(
            income=c("work_income") + c("other_income"),
            own=pl.when(c("help").is_not_null()).then(
                pl.min_horizontal(c("work_income") + c("other_income") - c("disregard"), c("help"))
            ),
            excess=pl.when(single).then(0).otherwise(
                pl.max_horizontal(
                    c("spouse_work_income") + c("spouse_other_income") - c("spouse_disregard") - c("spouse_help"), 0
                )
            ),
        )
        .with_columns(spouse=pl.when(c("help").is_not_null()).then(pl.min_horizontal("excess", c("help") - c("own"))))
        .select(
            calculated=c("base").count(),
            base_rate=c("base").sum(),
            supplement=c("supplement").sum(),
            income_deduction=-c("own").sum(),
            spouse_deduction=-c("spouse").sum(),
            gross=(c("help") - c("own") - c("spouse")).sum(),
            income=c("income").sum(),
            disregard=c("disregard").sum(),
        )
        .collect(engine="streaming")
        .row(0)
    )
    return [(sums[0], *(decimal.Decimal(oere).scaleb(-2) for oere in sums[1:]))]
