-- postgresql
/* a /* b */
SELECT 1;
