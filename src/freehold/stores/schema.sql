CREATE TABLE audit_leaves (
	position BIGINT NOT NULL,
	leaf BLOB NOT NULL,
	PRIMARY KEY (position)
)
 WITHOUT ROWID;
CREATE TABLE budgets (
	id TEXT NOT NULL,
	scope TEXT NOT NULL,
	subject TEXT NOT NULL,
	amount_nano BIGINT NOT NULL,
	period TEXT NOT NULL,
	warn_at FLOAT,
	when_spent TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX budgets_by_subject ON budgets (scope, subject, period);
CREATE TABLE eval_datasets (
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	size INTEGER NOT NULL,
	label TEXT,
	report TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE eval_judges (
	id TEXT NOT NULL,
	name TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	certified BOOLEAN NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX eval_judges_by_name ON eval_judges (name, created_ns);
CREATE TABLE eval_outcomes (
	router TEXT NOT NULL,
	exchange_id TEXT NOT NULL,
	at_ns BIGINT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (router, exchange_id)
);
CREATE INDEX eval_outcomes_by_exchange ON eval_outcomes (exchange_id);
CREATE TABLE eval_promises (
	id TEXT NOT NULL,
	route TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	state TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX eval_promises_by_route ON eval_promises (route, created_ns);
CREATE TABLE eval_revisions (
	id TEXT NOT NULL,
	route TEXT NOT NULL,
	at_ns BIGINT NOT NULL,
	key_id TEXT NOT NULL,
	state TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX eval_revisions_by_route ON eval_revisions (route, at_ns);
CREATE TABLE eval_runs (
	id TEXT NOT NULL,
	dataset_id TEXT NOT NULL,
	subject TEXT NOT NULL,
	state TEXT NOT NULL,
	key_id TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	ended_ns BIGINT,
	budget_nano BIGINT,
	spent_nano BIGINT NOT NULL,
	settings TEXT NOT NULL,
	note TEXT,
	PRIMARY KEY (id)
);
CREATE INDEX eval_runs_by_time ON eval_runs (created_ns);
CREATE TABLE eval_trainings (
	id TEXT NOT NULL,
	created_ns BIGINT NOT NULL,
	state TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE eval_votes (
	id TEXT NOT NULL,
	at_ns BIGINT NOT NULL,
	key_id TEXT NOT NULL,
	left_id TEXT NOT NULL,
	right_id TEXT NOT NULL,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE TABLE eval_watched (
	id TEXT NOT NULL,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	at_ns BIGINT NOT NULL,
	exchange_id TEXT,
	body TEXT NOT NULL,
	PRIMARY KEY (id)
);
CREATE INDEX eval_watched_by_subject ON eval_watched (kind, subject, at_ns);
CREATE TABLE exchanges (
	id TEXT NOT NULL,
	started_ns BIGINT NOT NULL,
	key_id TEXT NOT NULL,
	key_name TEXT NOT NULL,
	team TEXT,
	alias TEXT NOT NULL,
	dialect TEXT NOT NULL,
	kind TEXT NOT NULL,
	stream BOOLEAN NOT NULL,
	origin TEXT NOT NULL,
	ending TEXT NOT NULL,
	route TEXT,
	label TEXT,
	sources TEXT,
	targets TEXT,
	refusals TEXT,
	revision TEXT,
	status INTEGER,
	error TEXT,
	reason TEXT,
	target TEXT,
	owned BOOLEAN,
	escalated BOOLEAN,
	attempts INTEGER,
	input_tokens BIGINT,
	output_tokens BIGINT,
	cached_input_tokens BIGINT,
	cache_write_tokens BIGINT,
	reasoning_tokens BIGINT,
	estimated BOOLEAN,
	cost_nano BIGINT,
	baseline_nano BIGINT,
	first_ms FLOAT,
	total_ms FLOAT,
	grounding TEXT,
	findings TEXT,
	forecast TEXT,
	PRIMARY KEY (id)
);
CREATE INDEX exchanges_by_key ON exchanges (key_id, started_ns, id);
CREATE INDEX exchanges_by_time ON exchanges (started_ns, id);
CREATE INDEX exchanges_open ON exchanges (id) WHERE ending = 'open';
CREATE TABLE keys (
	id TEXT NOT NULL,
	prefix TEXT NOT NULL,
	hash BLOB NOT NULL,
	name TEXT NOT NULL,
	label TEXT,
	models TEXT,
	groups TEXT NOT NULL,
	team TEXT,
	may_declare BOOLEAN NOT NULL,
	capture BOOLEAN NOT NULL,
	created_ns BIGINT NOT NULL,
	expires_ns BIGINT,
	revoked_ns BIGINT,
	collections TEXT DEFAULT '[]' NOT NULL,
	role TEXT DEFAULT 'user' NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (hash)
);
CREATE TABLE meta (
	name TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (name)
);
CREATE TABLE pseudonyms (
	conversation BLOB NOT NULL,
	sealed BLOB NOT NULL,
	expires_ns BIGINT NOT NULL,
	PRIMARY KEY (conversation)
)
 WITHOUT ROWID;
CREATE INDEX pseudonyms_by_expiry ON pseudonyms (expires_ns);
CREATE TABLE rates (
	scope TEXT NOT NULL,
	subject TEXT NOT NULL,
	requests BIGINT,
	tokens BIGINT,
	parallel BIGINT,
	PRIMARY KEY (scope, subject)
)
 WITHOUT ROWID;
CREATE TABLE replies (
	digest BLOB NOT NULL,
	label TEXT NOT NULL,
	expires_ns BIGINT NOT NULL,
	PRIMARY KEY (digest)
)
 WITHOUT ROWID;
CREATE INDEX replies_by_expiry ON replies (expires_ns);
CREATE TABLE reservations (
	exchange_id TEXT NOT NULL,
	budget_id TEXT NOT NULL,
	starts_ns BIGINT NOT NULL,
	amount_nano BIGINT NOT NULL,
	PRIMARY KEY (exchange_id, budget_id)
)
 WITHOUT ROWID;
CREATE TABLE sessions (
	digest BLOB NOT NULL,
	key_id TEXT NOT NULL,
	key_hash BLOB NOT NULL,
	created_ns BIGINT NOT NULL,
	seen_ns BIGINT NOT NULL,
	expires_ns BIGINT NOT NULL,
	PRIMARY KEY (digest)
)
 WITHOUT ROWID;
CREATE TABLE usage_pending (
	exchange_id TEXT NOT NULL,
	PRIMARY KEY (exchange_id)
)
 WITHOUT ROWID;
CREATE TABLE usage_series (
	id INTEGER NOT NULL,
	dimension TEXT NOT NULL,
	name TEXT NOT NULL,
	shown TEXT,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX usage_series_by_name ON usage_series (dimension, name);
CREATE TABLE accounts (
	budget_id TEXT NOT NULL,
	starts_ns BIGINT NOT NULL,
	spent_nano BIGINT NOT NULL,
	warned BOOLEAN NOT NULL,
	PRIMARY KEY (budget_id, starts_ns),
	FOREIGN KEY(budget_id) REFERENCES budgets (id) ON DELETE CASCADE
)
 WITHOUT ROWID;
CREATE TABLE attempts (
	exchange_id TEXT NOT NULL,
	number INTEGER NOT NULL,
	target TEXT NOT NULL,
	owned BOOLEAN NOT NULL,
	model TEXT,
	started_ns BIGINT NOT NULL,
	first_ms FLOAT,
	total_ms FLOAT,
	input_tokens BIGINT,
	output_tokens BIGINT,
	cached_input_tokens BIGINT,
	cache_write_tokens BIGINT,
	reasoning_tokens BIGINT,
	images BIGINT,
	input_audio_tokens BIGINT,
	output_audio_tokens BIGINT,
	estimated BOOLEAN NOT NULL,
	cost_nano BIGINT NOT NULL,
	fault TEXT,
	error TEXT,
	status INTEGER,
	finish TEXT,
	score_method TEXT,
	score_value FLOAT,
	score_kept BOOLEAN,
	score_reasons TEXT,
	shown BOOLEAN NOT NULL,
	dropped TEXT,
	note TEXT,
	label TEXT,
	clearance TEXT,
	declassified TEXT,
	bytes_out BIGINT,
	body_sha256 TEXT,
	PRIMARY KEY (exchange_id, number),
	FOREIGN KEY(exchange_id) REFERENCES exchanges (id) ON DELETE CASCADE
)
 WITHOUT ROWID;
CREATE TABLE captures (
	exchange_id TEXT NOT NULL,
	prompt TEXT NOT NULL,
	answer TEXT,
	expires_ns BIGINT NOT NULL,
	PRIMARY KEY (exchange_id),
	FOREIGN KEY(exchange_id) REFERENCES exchanges (id) ON DELETE CASCADE
);
CREATE INDEX captures_by_expiry ON captures (expires_ns);
CREATE TABLE eval_examples (
	dataset_id TEXT NOT NULL,
	place INTEGER NOT NULL,
	exchange_id TEXT,
	body TEXT NOT NULL,
	PRIMARY KEY (dataset_id, place),
	FOREIGN KEY(dataset_id) REFERENCES eval_datasets (id) ON DELETE CASCADE
);
CREATE INDEX eval_examples_by_exchange ON eval_examples (exchange_id);
CREATE TABLE eval_names (
	name TEXT NOT NULL,
	dataset_id TEXT NOT NULL,
	given_ns BIGINT NOT NULL,
	PRIMARY KEY (name, dataset_id),
	FOREIGN KEY(dataset_id) REFERENCES eval_datasets (id) ON DELETE CASCADE
);
CREATE INDEX eval_names_by_dataset ON eval_names (dataset_id);
CREATE TABLE eval_results (
	run_id TEXT NOT NULL,
	place INTEGER NOT NULL,
	exchange_id TEXT,
	request_hash TEXT NOT NULL,
	state TEXT NOT NULL,
	body TEXT NOT NULL,
	scores TEXT NOT NULL,
	PRIMARY KEY (run_id, place),
	FOREIGN KEY(run_id) REFERENCES eval_runs (id) ON DELETE CASCADE
);
CREATE INDEX eval_results_by_exchange ON eval_results (exchange_id);
CREATE INDEX eval_results_by_request ON eval_results (request_hash);
CREATE TABLE feedback (
	id TEXT NOT NULL,
	exchange_id TEXT NOT NULL,
	key_id TEXT NOT NULL,
	at_ns BIGINT NOT NULL,
	thumb INTEGER,
	score FLOAT,
	outcome TEXT,
	corrected TEXT,
	comment TEXT,
	PRIMARY KEY (id),
	FOREIGN KEY(exchange_id) REFERENCES exchanges (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX feedback_by_exchange ON feedback (exchange_id, key_id);
CREATE INDEX feedback_by_time ON feedback (at_ns, id);
CREATE TABLE usage_totals (
	series_id INTEGER NOT NULL,
	span_s INTEGER NOT NULL,
	start_ns BIGINT NOT NULL,
	requests BIGINT NOT NULL,
	completed BIGINT NOT NULL,
	failed BIGINT NOT NULL,
	refused BIGINT NOT NULL,
	cancelled BIGINT NOT NULL,
	lost BIGINT NOT NULL,
	input_tokens BIGINT NOT NULL,
	output_tokens BIGINT NOT NULL,
	cached_input_tokens BIGINT NOT NULL,
	cache_write_tokens BIGINT NOT NULL,
	reasoning_tokens BIGINT NOT NULL,
	cost_nano BIGINT NOT NULL,
	baselined BIGINT NOT NULL,
	baseline_nano BIGINT NOT NULL,
	compared_nano BIGINT NOT NULL,
	home BIGINT NOT NULL,
	escalated BIGINT NOT NULL,
	total_bins BLOB NOT NULL,
	first_bins BLOB NOT NULL,
	errors BLOB,
	PRIMARY KEY (series_id, span_s, start_ns),
	FOREIGN KEY(series_id) REFERENCES usage_series (id)
)
 WITHOUT ROWID;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('0009');
