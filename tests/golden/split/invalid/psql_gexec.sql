-- postgresql
SELECT 1 \gexec
