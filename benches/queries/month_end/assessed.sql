-- One row: one case of kontanthjælp granted in December 2022 with its facts, incomes, steps of the calculation
-- and the reason why it cannot be paid. The steps of sql/pipelines/month_end/v1 in one statement.
WITH registered AS (
    SELECT case_id, person_id, benefit, status, granted_from, coalesce(stopped_from, closed_on) AS ends
    FROM cases
    QUALIFY row_number() OVER (PARTITION BY case_id ORDER BY registered_at DESC) = 1
),
grants AS (
    SELECT
        case_id,
        person_id,
        granted_from <= DATE '2022-12-01'
            AND coalesce(ends, DATE '2023-01-01') >= DATE '2023-01-01' AS whole_month
    FROM registered
    WHERE benefit = 'kontanthjaelp'
        AND status IN ('granted', 'stopped', 'closed')
        AND granted_from < DATE '2023-01-01'
        AND coalesce(ends, DATE '2023-01-01') > DATE '2022-12-01'
),
numbered AS (
    SELECT *, min(case_id) OVER (PARTITION BY person_id) <> case_id AS second_grant
    FROM grants
),
facts_known AS (
    SELECT * EXCLUDE (children_at_home, registered_at)
    FROM case_facts
    WHERE valid_from < DATE '2023-01-01'
        AND case_id IN (SELECT case_id FROM grants)
    QUALIFY row_number() OVER (PARTITION BY case_id, valid_from ORDER BY registered_at DESC) = 1
),
in_force AS MATERIALIZED (
    SELECT
        *,
        count(*) FILTER (WHERE valid_from <= DATE '2022-12-01') OVER (PARTITION BY case_id) AS registrations,
        coalesce(
            bool_or(valid_from > DATE '2022-12-01' AND before > valid_from) OVER (PARTITION BY case_id), false
        ) AS overtaken
    FROM (
        SELECT
            *,
            max(valid_to) OVER (
                PARTITION BY case_id ORDER BY valid_from ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) AS before
        FROM facts_known
        WHERE valid_to > DATE '2022-12-01'
    )
),
facts AS (
    SELECT *, valid_from = max(valid_from) OVER (PARTITION BY case_id) AS newest
    FROM in_force
    WHERE valid_from <= DATE '2022-12-01'
),
persons_known AS (
    SELECT person_id, cpr, birth_date, status, valid_to
    FROM persons
    WHERE valid_from < DATE '2023-01-01'
        AND person_id IN (SELECT person_id FROM grants)
    QUALIFY row_number() OVER (PARTITION BY person_id, valid_from ORDER BY registered_at DESC) = 1
),
citizens AS (
    SELECT
        person_id,
        count(*) AS registrations,
        min(birth_date) AS birth_date,
        bool_or(status = '90') AS dead,
        bool_and(status IN ('01', '03')) AS resident,
        bool_and(
            regexp_full_match(cpr, '[0-9]{10}')
            AND CAST(cpr[1:2] AS INTEGER) - CASE WHEN cpr[1:2] > '60' THEN 60 ELSE 0 END
                BETWEEN 1 AND day(last_day(birth_date))
            AND cpr[3:4] BETWEEN '01' AND '12'
        ) AS cpr_known
    FROM persons_known
    WHERE valid_to >= DATE '2023-01-01'
    GROUP BY person_id
),
income AS MATERIALIZED (
    SELECT
        person_id,
        CAST(coalesce(sum(amount) FILTER (WHERE income_group = 'wage'), 0) AS DECIMAL(12, 2)) AS work_income,
        CASE
            WHEN count(*) FILTER (WHERE income_group = 'wage' AND kind = 'original' AND hours IS NULL) = 0
                THEN CAST(coalesce(sum(hours) FILTER (WHERE income_group = 'wage'), 0) AS DECIMAL(9, 2))
        END AS work_hours,
        CAST(coalesce(sum(amount) FILTER (WHERE income_group <> 'wage'), 0) AS DECIMAL(12, 2)) AS other_income
    FROM incomes
    WHERE period = DATE '2022-12-01'
        AND person_id IN (
            SELECT person_id
            FROM grants
            UNION
            SELECT spouse_person_id
            FROM facts
        )
    GROUP BY person_id
),
joined AS (
    SELECT
        numbered.case_id,
        numbered.person_id,
        CASE
            WHEN citizens.person_id IS NULL THEN 'person_unknown'
            WHEN citizens.registrations > 1 THEN 'overlapping_person_rows'
            WHEN citizens.dead THEN 'dead'
            WHEN NOT citizens.resident THEN 'not_resident'
            WHEN NOT citizens.cpr_known THEN 'cpr_invalid'
            WHEN numbered.second_grant THEN 'double_grant'
            WHEN NOT numbered.whole_month THEN 'part_month'
            WHEN facts.case_id IS NULL THEN 'facts_missing'
            WHEN facts.registrations > 1 OR facts.overtaken THEN 'overlapping_facts'
        END AS fault,
        CASE WHEN citizens.registrations = 1 THEN citizens.birth_date END AS birth_date,
        coalesce(facts.registrations = 1 AND numbered.whole_month, false) AS calculable,
        facts.case_id IS NOT NULL AND citizens.registrations = 1 AS known,
        coalesce(facts.newest, true) AS newest,
        facts.* EXCLUDE (case_id, valid_from, valid_to, before, registrations, overtaken, newest),
        coalesce(own.work_income, 0) AS work_income,
        CASE WHEN own.person_id IS NULL THEN 0 ELSE own.work_hours END AS work_hours,
        coalesce(own.other_income, 0) AS other_income,
        coalesce(spouse.work_income, 0) AS spouse_work_income,
        CASE WHEN spouse.person_id IS NULL THEN 0 ELSE spouse.work_hours END AS spouse_work_hours,
        coalesce(spouse.other_income, 0) AS spouse_other_income
    FROM numbered
    LEFT JOIN citizens ON citizens.person_id = numbered.person_id
    LEFT JOIN facts ON facts.case_id = numbered.case_id
    LEFT JOIN income AS own ON own.person_id = numbered.person_id
    LEFT JOIN income AS spouse ON spouse.person_id = facts.spouse_person_id
),
-- Which rate and supplement a case has (LAS § 25): the names of the rows in the rates.
chosen AS (
    SELECT
        *,
        CASE
            WHEN birth_date <= DATE '1992-12-01'
                THEN CASE WHEN provider THEN 'age_30_plus_provider' ELSE 'age_30_plus_other' END
            WHEN NOT vocational_education THEN NULL
            WHEN provider
                THEN CASE
                    WHEN severe_mental_illness THEN 'under_30_mental_illness_provider'
                    WHEN pregnant_past_week_12 THEN NULL
                    WHEN extra_child_allowance THEN 'under_30_single_provider'
                    ELSE 'under_30_provider_no_extra_child_allowance'
                END
            WHEN pregnant_past_week_12 THEN 'under_30_pregnant_past_week_12'
            WHEN lives_with_parent IS NULL OR birth_date > DATE '2004-12-01' THEN NULL
            WHEN severe_mental_illness AND NOT lives_with_parent THEN 'under_30_mental_illness_living_out'
            ELSE CASE WHEN birth_date <= DATE '1997-12-01' THEN 'age_25_29' ELSE 'under_25' END
                || CASE WHEN lives_with_parent THEN '_living_home' ELSE '_living_out' END
        END AS rate,
        CASE
            WHEN activity_ready AND birth_date > DATE '1992-12-01'
                AND NOT severe_mental_illness AND NOT pregnant_past_week_12
                THEN CASE
                    WHEN provider AND extra_child_allowance THEN 'kontanthjaelp_under_30_single_provider'
                    WHEN provider THEN 'kontanthjaelp_under_30_provider_no_extra_child_allowance'
                    WHEN birth_date <= DATE '1997-12-01' AND lives_with_parent
                        THEN 'kontanthjaelp_age_25_29_living_home'
                    WHEN birth_date <= DATE '1997-12-01' THEN 'kontanthjaelp_age_25_29_living_out'
                END
        END AS supplement_rate
    FROM joined
),
priced AS MATERIALIZED (
    SELECT
        chosen.*,
        CASE WHEN known THEN CAST(rates.amount AS DECIMAL(12, 2)) END AS base_rate,
        CASE
            WHEN NOT known OR rate IS NULL THEN NULL
            WHEN supplement_rate IS NULL THEN 0
            ELSE CAST(supplements.amount AS DECIMAL(12, 2))
        END AS supplement
    FROM chosen
    LEFT JOIN rates ON rates.benefit = 'kontanthjaelp' AND rates.parameter = chosen.rate
    LEFT JOIN rates AS supplements
        ON supplements.benefit = 'aktivitetstillaeg' AND supplements.parameter = chosen.supplement_rate
),
-- The help of the spouse by their own case, alone and before income.
spouse_help AS (
    SELECT person_id, max(base_rate + supplement) AS help
    FROM priced
    WHERE known AND person_id IN (SELECT spouse_person_id FROM in_force)
    GROUP BY person_id
),
-- Per worked hour, at most 160 hours, the pay itself at most (LAS § 31); the sum rounded once.
amounts AS (
    SELECT
        CAST(max(amount) FILTER (WHERE parameter = 'work_income_disregard_per_hour') AS DECIMAL(7, 2)) AS per_hour,
        CAST(
            max(amount) FILTER (WHERE parameter = 'work_income_disregard_max_hours_per_month') AS DECIMAL(9, 2)
        ) AS max_hours,
        max(amount) FILTER (WHERE parameter = 'conversion_factor_income_to_hours') AS factor
    FROM rates
    WHERE benefit = 'fradrag'
),
disregards AS (
    SELECT
        priced.* REPLACE (
            CASE WHEN calculable THEN base_rate END AS base_rate, CASE WHEN calculable THEN supplement END AS supplement
        ),
        CASE WHEN help.person_id IS NULL THEN 0 ELSE help.help END AS spouse_help,
        CASE
            WHEN least(work_income, other_income) < 0 OR work_hours NOT BETWEEN 0 AND 744 THEN NULL
            WHEN work_income = 0 THEN 0
            WHEN coalesce(work_hours, factor) IS NULL THEN NULL
            ELSE least(
                round(
                    per_hour * least(coalesce(work_hours, CAST(work_income / factor AS DECIMAL(9, 2))), max_hours), 2
                ),
                work_income
            )
        END AS disregard,
        CASE
            WHEN single THEN 0
            WHEN least(spouse_work_income, spouse_other_income) < 0 OR spouse_work_hours NOT BETWEEN 0 AND 744
                THEN NULL
            WHEN spouse_work_income = 0 THEN 0
            WHEN coalesce(spouse_work_hours, factor) IS NULL THEN NULL
            ELSE least(
                round(
                    per_hour * least(
                        coalesce(spouse_work_hours, CAST(spouse_work_income / factor AS DECIMAL(9, 2))), max_hours
                    ),
                    2
                ),
                spouse_work_income
            )
        END AS spouse_disregard
    FROM priced
    CROSS JOIN amounts
    LEFT JOIN spouse_help AS help ON help.person_id = priced.spouse_person_id
    WHERE newest
),
-- least and greatest skip NULL in DuckDB, so what is unknown is kept out of them.
excesses AS (
    SELECT
        *,
        base_rate + supplement AS full_help,
        CASE
            WHEN base_rate + supplement + disregard IS NOT NULL
                THEN least(work_income + other_income - disregard, base_rate + supplement)
        END AS own_deduction,
        CASE
            WHEN single OR spouse_work_income + spouse_other_income = spouse_disregard THEN 0
            WHEN spouse_disregard + spouse_help IS NOT NULL
                THEN greatest(spouse_work_income + spouse_other_income - spouse_disregard - spouse_help, 0)
        END AS spouse_excess
    FROM disregards
),
deductions AS (
    SELECT
        *,
        CASE
            WHEN full_help + own_deduction + spouse_excess IS NOT NULL
                THEN least(spouse_excess, full_help - own_deduction)
        END AS spouse_deduction
    FROM excesses
),
calculated AS (
    SELECT *, CAST(full_help - own_deduction - spouse_deduction AS DECIMAL(12, 2)) AS gross
    FROM deductions
)
SELECT
    *,
    CASE
        WHEN fault IS NOT NULL THEN fault
        WHEN gross IS NULL THEN 'calculation_incomplete'
        WHEN supplementary AND coalesce(payslip_received_for < DATE '2022-12-01', true) THEN 'missing_payslip'
    END AS reason
FROM calculated
