-- One row: the sums of every step of sygedagpenge of a week (sygedagpengeloven §§ 30, 45-53) over all person-months, in øre and hundredths of hours.
WITH hours AS (
    SELECT
        recipient,
        week,
        absent_from,
        absent_to,
        employer_pay,
        weekly_earning,
        insurance,
        sick_work_share,
        dagpenge_per_day,
        dagpenge_per_hour,
        sygedagpenge_max_per_week AS max_week,
        sygedagpenge_max_per_hour AS max_hour,
        sygedagpenge_self_employed_minimum_two_thirds AS insured_minimum,
        sygedagpenge_self_employed_pct_when_at_most_quarter_of_work AS quarter_pct,
        sygedagpenge_self_employed_pct_when_at_most_half_of_work AS half_pct,
        CASE
            WHEN recipient = 'employee' AND week - absent_from < sygedagpenge_employer_period_days // 100 AND employer_period
                THEN sygedagpenge_employer_period_days // 100
            WHEN recipient = 'self_employed' AND insurance = 'third_day' THEN 2
            WHEN recipient = 'self_employed' AND insurance = 'none' THEN sygedagpenge_self_employed_waiting_days // 100
            ELSE 0
        END AS waiting,
        CASE
            WHEN recipient = 'employee' AND absent_hours = weekly_hours THEN weekly_hours
            WHEN recipient = 'employee' AND absent_hours < sygedagpenge_minimum_absence_hours_per_week THEN 0
            WHEN recipient = 'employee' AND employer_offers_part_time THEN absent_hours
            WHEN recipient = 'employee' THEN weekly_hours
            WHEN recipient = 'partly_unemployed' AND insured_full_time
                THEN greatest(sygedagpenge_partly_unemployed_hours_full_time_insured - work_hours, 0)
            WHEN recipient = 'partly_unemployed'
                THEN greatest(sygedagpenge_partly_unemployed_hours_part_time_insured - work_hours, 0)
        END AS paid_hours,
        CASE
            WHEN recipient = 'employee'
                THEN (pay * (10000 - skat_am_contribution_pct) * 2 + 100 * pay_hours) // (200 * pay_hours)
        END AS earning
    FROM facts
    JOIN rates_by_day ON day = week
),
hourly AS (
    SELECT
        *,
        CASE WHEN paid_hours > 0 THEN earning END AS earned,
        CASE
            WHEN recipient = 'employee' AND paid_hours = 0 THEN NULL
            WHEN recipient = 'employee' THEN least(earning, max_hour)
            WHEN recipient = 'partly_unemployed' THEN dagpenge_per_hour
        END AS per_hour,
        greatest(
            least(weekly_earning, max_week),
            CASE WHEN insurance = 'none' OR weekly_earning >= max_week THEN 0 ELSE insured_minimum END
        ) AS assessed,
        greatest(least(absent_to, week + 5) - greatest(absent_from, week), 0) AS absent_days,
        greatest(least(absent_to, week + 5) - greatest(absent_from + waiting, week), 0) AS paid_days
    FROM hours
),
weekly AS (
    SELECT
        *,
        CASE
            -- No hour counts: what an hour is worth is not needed.
            WHEN recipient = 'employee' AND paid_hours = 0 THEN 0
            WHEN recipient = 'employee' THEN least((per_hour * paid_hours + 50) // 100, max_week)
            WHEN recipient = 'partly_unemployed' THEN (per_hour * paid_hours + 50) // 100
            WHEN recipient = 'unemployed' THEN 5 * dagpenge_per_day
            WHEN sick_work_share = 0 THEN assessed
            WHEN sick_work_share <= 2500 THEN (assessed * quarter_pct + 5000) // 10000
            WHEN sick_work_share <= 5000 THEN (assessed * half_pct + 5000) // 10000
            ELSE 0
        END AS week_amount
    FROM hourly
),
shares AS (
    SELECT
        *,
        (week_amount * absent_days * 2 + 5) // 10 AS absent_share,
        (week_amount * paid_days * 2 + 5) // 10 AS paid_share
    FROM weekly
),
paid AS (
    SELECT *, CASE WHEN recipient = 'employee' THEN least(employer_pay, paid_share) ELSE 0 END AS employers FROM shares
)
SELECT
    count(week_amount) AS calculated,
    sum(week_amount) AS week_amount,
    sum(absent_share - week_amount) AS days_not_absent,
    sum(paid_share - absent_share) AS employer_or_waiting_period,
    sum(-employers) AS employer_pay_deduction,
    sum(paid_share - employers) AS gross,
    sum(earned) AS hourly_earning,
    sum(per_hour) AS hourly_amount,
    sum(paid_hours) AS paid_hours,
    sum(paid_days) AS paid_days
FROM paid
