-- One row: the sums of every step of sygedagpenge over all person-months, in øre.
SELECT
    count(k['gross']) AS calculated,
    CAST(sum(k['week_amount']) * 100 AS BIGINT) AS week_amount,
    CAST(sum(k['days_not_absent']) * 100 AS BIGINT) AS days_not_absent,
    CAST(sum(k['employer_or_waiting_period']) * 100 AS BIGINT) AS employer_or_waiting_period,
    CAST(sum(k['employer_pay_deduction']) * 100 AS BIGINT) AS employer_pay_deduction,
    CAST(sum(k['gross']) * 100 AS BIGINT) AS gross,
    CAST(sum(k['hourly_earning']) * 100 AS BIGINT) AS hourly_earning,
    CAST(sum(k['hourly_amount']) * 100 AS BIGINT) AS hourly_amount,
    CAST(sum(k['paid_hours']) * 100 AS BIGINT) AS paid_hours,
    sum(k['paid_days']) AS paid_days
FROM (
    SELECT
        sygedagpenge(
            week => week,
            recipient => recipient,
            absent_from => absent_from,
            absent_to => absent_to,
            weekly_hours => weekly_hours,
            absent_hours => absent_hours,
            employer_offers_part_time => employer_offers_part_time,
            pay => pay,
            pay_hours => pay_hours,
            employer_period => employer_period,
            employer_pay => employer_pay,
            weekly_earning => weekly_earning,
            insurance => insurance,
            work_share => sick_work_share,
            dagpenge_per_day => dagpenge_per_day,
            dagpenge_per_hour => dagpenge_per_hour,
            insured_full_time => insured_full_time,
            work_hours => work_hours
        ) AS k
    FROM person_months
) AS calculated
