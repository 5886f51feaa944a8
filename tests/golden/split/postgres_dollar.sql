-- postgresql
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.a IS NULL THEN RAISE EXCEPTION 'no; %', $1; END IF;
  -- it's a comment with a quote
  RETURN NEW;
END;
$$;
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS $body$ SELECT $$;$$::text; SELECT 1; $body$;
DO $do$ BEGIN EXECUTE $q$ SELECT 1; $q$; END $do$;
CREATE TRIGGER t BEFORE INSERT ON x FOR EACH ROW EXECUTE FUNCTION f(); SELECT 1;
