-- One row: how many CPR texts there are and how long they are together. Nothing but reading the column.
SELECT count(*) AS texts, sum(strlen(cpr)) AS bytes
FROM texts
