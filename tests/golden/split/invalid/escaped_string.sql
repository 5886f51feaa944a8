-- postgresql
SELECT E'it\\'; SELECT 'a\';
SELECT E'it\';
