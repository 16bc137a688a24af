-- Returns the month when no income at all is known for it.
SELECT $period AS period
WHERE NOT EXISTS (SELECT 1 FROM incomes WHERE incomes.period = $period)
ORDER BY period
