-- postgresql
COPY public.t (a, "b;") FROM stdin WITH (FORMAT csv);
1,2
\.
