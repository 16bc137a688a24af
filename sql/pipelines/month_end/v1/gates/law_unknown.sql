-- Returns the month when the highest rate of kontanthjælp is not published for its first day, in the system of
-- before or that of after 1 July 2025.
SELECT $period AS period
WHERE NOT EXISTS (
    SELECT 1
    FROM law.rates AS rates
    WHERE (
            (rates.benefit = 'kontanthjaelp' AND rates.parameter = 'age_30_plus_provider')
            OR (rates.benefit = 'kontanthjaelp_2025' AND rates.parameter = 'raised_rate')
        )
        AND rates.status = 'published'
        AND rates.valid_from <= $period
        AND rates.valid_to > $period
)
ORDER BY period
