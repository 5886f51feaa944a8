-- sqlite
CREATE TRIGGER one AFTER INSERT ON t BEGIN
  UPDATE t SET n = CASE WHEN n > 1 THEN CASE n WHEN 2 THEN 'a' ELSE 'b' END ELSE ';' END;
  SELECT CASE WHEN 1 THEN 2 END;
END;
CREATE TEMP TRIGGER IF NOT EXISTS two BEFORE DELETE ON t
  WHEN CASE old.a WHEN 1 THEN 1 ELSE 0 END
BEGIN
  DELETE FROM u; -- END;
  INSERT INTO u VALUES ('END;');
end
;
create /* a */ temporary -- b
trigger three instead of update of "begin", end on v for each row begin
  update spans set begin = new.begin, end = new.end where end > old.end and begin = 1;
  select end from spans;
  select 1 as end;
END; SELECT 1;
EXPLAIN QUERY PLAN SELECT 1;
CREATE TABLE trigger_begin (begin TEXT, "end" TEXT); SELECT begin; SELECT 2;
