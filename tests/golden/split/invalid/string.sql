-- postgresql
SELECT 1;
  SELECT 'it''s;
SELECT 2;
