-- The journal, version 1. Numbered and never edited: what changes comes as 0002.sql.
--
-- `fact` is the truth: what happened, in order, chained. Everything else is a second wall: the same happenings as columns, guarded by
-- triggers, so that a mistake in the program cannot record, and so cannot obtain leave to send, a request that breaks the rules of a run.
-- `seq` is a fact's number in its run; every row of the wall bears the number of the fact it was recorded with. Times end in _ms:
-- milliseconds since 1970, rounded down.

CREATE TABLE run(
  id INTEGER PRIMARY KEY CHECK(id BETWEEN 1 AND 4294967295),
  org_id TEXT NOT NULL, api_host TEXT NOT NULL, client_id TEXT NOT NULL, profile TEXT NOT NULL, label TEXT NOT NULL, operator TEXT NOT NULL,
  rung TEXT NOT NULL CHECK(rung IN('legs','close','teardown')), wrap_up TEXT, plan_sha256 TEXT NOT NULL CHECK(length(plan_sha256)=64),
  max_items INTEGER NOT NULL CHECK(max_items>=0), verify_gap_ms INTEGER NOT NULL CHECK(verify_gap_ms>=0), created_ms INTEGER NOT NULL,
  -- The whole header as JSON, the plan in it; and SHA-256 over the chain of the run before and this header.
  header TEXT NOT NULL, chain TEXT NOT NULL CHECK(length(chain)=64),
  confirmed_ms INTEGER,
  CHECK(rung<>'teardown' OR max_items<=1)) STRICT;

CREATE TABLE plan_item(
  run_id INTEGER NOT NULL REFERENCES run(id), conversation_id TEXT NOT NULL, kind TEXT NOT NULL, read_ms INTEGER NOT NULL,
  fingerprint TEXT NOT NULL CHECK(length(fingerprint)=64), PRIMARY KEY(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE plan_leg(
  run_id INTEGER NOT NULL, conversation_id TEXT NOT NULL, participant_id TEXT NOT NULL, communication_id TEXT NOT NULL,
  purpose TEXT NOT NULL, state TEXT NOT NULL, medium TEXT NOT NULL, since_ms INTEGER,
  PRIMARY KEY(run_id,conversation_id,participant_id,communication_id),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE plan_wrap_up(
  run_id INTEGER NOT NULL, conversation_id TEXT NOT NULL, participant_id TEXT NOT NULL, communication_id TEXT NOT NULL,
  PRIMARY KEY(run_id,conversation_id,participant_id),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE fact(
  run_id INTEGER NOT NULL REFERENCES run(id), seq INTEGER NOT NULL CHECK(seq>=1), at_ms INTEGER NOT NULL, fact TEXT NOT NULL,
  -- SHA-256 over the chain of the fact before (the run's own for the first) and this fact.
  chain TEXT NOT NULL CHECK(length(chain)=64), PRIMARY KEY(run_id,seq)) STRICT, WITHOUT ROWID;

CREATE TABLE observation(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, read_ms INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  -- Computed by the domain: equal to the plan's evidence before the first send that may have had an effect, nothing new after it.
  fits INTEGER NOT NULL CHECK(fits IN(0,1)),
  -- Open message legs that the plan names; open message legs in all; open legs of other media.
  planned_legs INTEGER NOT NULL, message_legs INTEGER NOT NULL, other_legs INTEGER NOT NULL,
  ended INTEGER NOT NULL CHECK(ended IN(0,1)), fingerprint TEXT NOT NULL CHECK(length(fingerprint)=64), http INTEGER, correlation_id TEXT,
  PRIMARY KEY(run_id,seq), FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE intent(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL,
  step TEXT NOT NULL CHECK(step IN('legs','close','wrap-up','teardown')),
  participant_id TEXT NOT NULL, communication_id TEXT NOT NULL, code TEXT, attempt INTEGER NOT NULL CHECK(attempt BETWEEN 1 AND 7),
  evidence_seq INTEGER NOT NULL, at_ms INTEGER NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL, body_sha256 TEXT NOT NULL,
  PRIMARY KEY(run_id,seq), UNIQUE(run_id,conversation_id,step,participant_id,attempt),
  CHECK((step IN('close','teardown'))=(participant_id='')),
  FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq), FOREIGN KEY(run_id,evidence_seq) REFERENCES observation(run_id,seq),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE outcome(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, intent_seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  class TEXT NOT NULL CHECK(class IN('ACCEPTED','NOT_APPLIED','AMBIGUOUS')), http INTEGER, code TEXT, correlation_id TEXT,
  PRIMARY KEY(run_id,seq), UNIQUE(run_id,intent_seq),
  FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq), FOREIGN KEY(run_id,intent_seq) REFERENCES intent(run_id,seq)) STRICT, WITHOUT ROWID;

CREATE TABLE final(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, number INTEGER NOT NULL CHECK(number>=1),
  state TEXT NOT NULL CHECK(state IN('ended','ended-elsewhere','wrap-up-owed','held','unresolved','escalate','cancelled')),
  reason TEXT NOT NULL, reopened INTEGER NOT NULL CHECK(reopened IN(0,1)), incident TEXT, at_ms INTEGER NOT NULL,
  PRIMARY KEY(run_id,seq), UNIQUE(run_id,conversation_id,number),
  FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE INDEX observation_of ON observation(run_id,conversation_id,seq);
CREATE INDEX outcome_of ON outcome(run_id,conversation_id,seq);

-- The plan is frozen by its confirmation, which happens once.

CREATE TRIGGER run_unconfirmed BEFORE INSERT ON run WHEN NEW.confirmed_ms IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'I1: a run begins unconfirmed'); END;
CREATE TRIGGER run_confirmed_once BEFORE UPDATE ON run WHEN OLD.confirmed_ms IS NOT NULL OR NEW.confirmed_ms IS NULL
  BEGIN SELECT RAISE(ABORT,'I2: a run is confirmed once'); END;
CREATE TRIGGER run_frozen BEFORE UPDATE OF id,org_id,api_host,client_id,profile,label,operator,rung,wrap_up,plan_sha256,max_items,
  verify_gap_ms,created_ms,header,chain ON run BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER run_whole BEFORE UPDATE ON run WHEN (SELECT count(*) FROM plan_item WHERE run_id=NEW.id)<>NEW.max_items
  BEGIN SELECT RAISE(ABORT,'I2: the plan is not whole'); END;
CREATE TRIGGER plan_item_frozen BEFORE INSERT ON plan_item WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER plan_leg_frozen BEFORE INSERT ON plan_leg WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER plan_wrap_up_frozen BEFORE INSERT ON plan_wrap_up WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NOT NULL
  BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;

-- Facts are numbered without gaps, and a row of the wall is recorded with the newest.

CREATE TRIGGER fact_next BEFORE INSERT ON fact WHEN NEW.seq<>1+ifnull((SELECT max(seq) FROM fact WHERE run_id=NEW.run_id),0)
  BEGIN SELECT RAISE(ABORT,'I26: facts follow one another'); END;
CREATE TRIGGER observation_newest BEFORE INSERT ON observation WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER intent_newest BEFORE INSERT ON intent WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER outcome_newest BEFORE INSERT ON outcome WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER final_newest BEFORE INSERT ON final WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;

-- What an intent needs.

CREATE TRIGGER intent_confirmed BEFORE INSERT ON intent WHEN (SELECT confirmed_ms FROM run WHERE id=NEW.run_id) IS NULL
  BEGIN SELECT RAISE(ABORT,'I1: run not confirmed'); END;
CREATE TRIGGER intent_rung BEFORE INSERT ON intent WHEN NOT EXISTS(SELECT 1 FROM run WHERE id=NEW.run_id AND
   ((rung='legs' AND NEW.step='legs') OR (rung='close' AND NEW.step IN('legs','close','wrap-up')) OR (rung='teardown' AND NEW.step='teardown')))
  BEGIN SELECT RAISE(ABORT,'a run never changes its rung'); END;
CREATE TRIGGER intent_leg BEFORE INSERT ON intent WHEN NEW.step='legs' AND NOT EXISTS(
   SELECT 1 FROM plan_leg l WHERE l.run_id=NEW.run_id AND l.conversation_id=NEW.conversation_id AND l.participant_id=NEW.participant_id
     AND l.medium='webmessaging' AND l.purpose IN('customer','external','agent','user'))
  BEGIN SELECT RAISE(ABORT,'I1: leg not in the plan'); END;
CREATE TRIGGER intent_leg_media BEFORE INSERT ON intent WHEN NEW.step='legs' AND EXISTS(
   SELECT 1 FROM plan_leg l WHERE l.run_id=NEW.run_id AND l.conversation_id=NEW.conversation_id AND l.participant_id=NEW.participant_id
     AND l.medium<>'webmessaging')
  BEGIN SELECT RAISE(ABORT,'I1: the party has another medium open'); END;
CREATE TRIGGER intent_wrap_up BEFORE INSERT ON intent WHEN NEW.step='wrap-up' AND NOT EXISTS(
   SELECT 1 FROM plan_leg WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND participant_id=NEW.participant_id
   UNION ALL
   SELECT 1 FROM plan_wrap_up WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND participant_id=NEW.participant_id)
  BEGIN SELECT RAISE(ABORT,'I1: party not in the plan'); END;
CREATE TRIGGER intent_code BEFORE INSERT ON intent WHEN
   NEW.code IS NOT (CASE NEW.step WHEN 'wrap-up' THEN (SELECT ifnull(wrap_up,'no code in the plan') FROM run WHERE id=NEW.run_id) END)
  BEGIN SELECT RAISE(ABORT,'I2: not the wrap-up code of the plan'); END;
CREATE TRIGGER intent_evidence BEFORE INSERT ON intent WHEN NOT EXISTS(
   SELECT 1 FROM observation o WHERE o.run_id=NEW.run_id AND o.seq=NEW.evidence_seq AND o.conversation_id=NEW.conversation_id
     AND o.fits=1 AND NEW.at_ms-o.read_ms BETWEEN 0 AND 2000)
  BEGIN SELECT RAISE(ABORT,'I3: no fresh fitting evidence'); END;
CREATE TRIGGER intent_evidence_newest BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM observation WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND seq>NEW.evidence_seq)
  BEGIN SELECT RAISE(ABORT,'I3: a newer read exists'); END;
CREATE TRIGGER intent_evidence_once BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM intent WHERE run_id=NEW.run_id AND evidence_seq=NEW.evidence_seq)
  BEGIN SELECT RAISE(ABORT,'I6: evidence already spent'); END;
CREATE TRIGGER intent_evidence_after BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM outcome WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND seq>NEW.evidence_seq)
  BEGIN SELECT RAISE(ABORT,'I7: no read since the last answer'); END;
CREATE TRIGGER intent_open BEFORE INSERT ON intent WHEN NEW.step IN('legs','close') AND EXISTS(
   SELECT 1 FROM observation WHERE run_id=NEW.run_id AND seq=NEW.evidence_seq AND planned_legs=0)
  BEGIN SELECT RAISE(ABORT,'I3: no planned leg is open'); END;
CREATE TRIGGER intent_close_media BEFORE INSERT ON intent WHEN NEW.step='close' AND EXISTS(
   SELECT 1 FROM observation WHERE run_id=NEW.run_id AND seq=NEW.evidence_seq AND other_legs>0)
  BEGIN SELECT RAISE(ABORT,'I3: another medium is open'); END;
CREATE TRIGGER intent_wrap_up_clear BEFORE INSERT ON intent WHEN NEW.step='wrap-up' AND EXISTS(
   SELECT 1 FROM observation WHERE run_id=NEW.run_id AND seq=NEW.evidence_seq AND message_legs>0)
  BEGIN SELECT RAISE(ABORT,'I3: a leg is still open'); END;
CREATE TRIGGER intent_settled BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM intent i LEFT JOIN outcome o ON o.run_id=i.run_id AND o.intent_seq=i.seq
   WHERE i.run_id=NEW.run_id AND i.conversation_id=NEW.conversation_id AND o.seq IS NULL)
  BEGIN SELECT RAISE(ABORT,'I5: earlier intent unsettled'); END;
CREATE TRIGGER intent_final BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id)
  BEGIN SELECT RAISE(ABORT,'I11: it had a final state; it may only be read'); END;
CREATE TRIGGER intent_limit BEFORE INSERT ON intent WHEN (
   SELECT count(*) FROM intent i JOIN outcome o ON o.run_id=i.run_id AND o.intent_seq=i.seq
   WHERE i.run_id=NEW.run_id AND i.conversation_id=NEW.conversation_id AND i.step=NEW.step AND i.participant_id=NEW.participant_id
     AND o.class IN('ACCEPTED','AMBIGUOUS'))>=(CASE NEW.step WHEN 'teardown' THEN 1 ELSE 2 END)
  BEGIN SELECT RAISE(ABORT,'I8: sent as often as allowed'); END;
CREATE TRIGGER intent_refused BEFORE INSERT ON intent WHEN (
   SELECT count(*) FROM intent i JOIN outcome o ON o.run_id=i.run_id AND o.intent_seq=i.seq
   WHERE i.run_id=NEW.run_id AND i.conversation_id=NEW.conversation_id AND i.step=NEW.step AND i.participant_id=NEW.participant_id
     AND o.class='NOT_APPLIED')>=5
  BEGIN SELECT RAISE(ABORT,'I8: five sends were not applied'); END;
CREATE TRIGGER intent_attempt BEFORE INSERT ON intent WHEN NEW.attempt<>1+(
   SELECT count(*) FROM intent WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND step=NEW.step
     AND participant_id=NEW.participant_id)
  BEGIN SELECT RAISE(ABORT,'I8: sends are counted one by one'); END;

CREATE TRIGGER outcome_intent BEFORE INSERT ON outcome WHEN NOT EXISTS(
   SELECT 1 FROM intent WHERE run_id=NEW.run_id AND seq=NEW.intent_seq AND conversation_id=NEW.conversation_id)
  BEGIN SELECT RAISE(ABORT,'I5: an outcome without its intent'); END;

-- What a final state needs.

CREATE TRIGGER final_once BEFORE INSERT ON final WHEN EXISTS(
   SELECT 1 FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND state<>'unresolved')
  BEGIN SELECT RAISE(ABORT,'I11: it has a final state'); END;
CREATE TRIGGER final_next BEFORE INSERT ON final WHEN NEW.number<>1+(
   SELECT count(*) FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id)
  BEGIN SELECT RAISE(ABORT,'I11: final states are counted one by one'); END;
CREATE TRIGGER final_settled BEFORE INSERT ON final WHEN EXISTS(
   SELECT 1 FROM intent i LEFT JOIN outcome o ON o.run_id=i.run_id AND o.intent_seq=i.seq
   WHERE i.run_id=NEW.run_id AND i.conversation_id=NEW.conversation_id AND o.seq IS NULL)
  BEGIN SELECT RAISE(ABORT,'I5: earlier intent unsettled'); END;
CREATE TRIGGER final_over BEFORE INSERT ON final WHEN NEW.state IN('ended','ended-elsewhere','wrap-up-owed') AND NOT EXISTS(
   SELECT 1 FROM observation a JOIN observation b ON b.run_id=a.run_id AND b.conversation_id=a.conversation_id AND b.seq>a.seq
   WHERE a.run_id=NEW.run_id AND a.conversation_id=NEW.conversation_id AND a.planned_legs=0 AND b.planned_legs=0
     AND b.read_ms-a.at_ms>=(SELECT verify_gap_ms FROM run WHERE id=NEW.run_id)
     AND a.seq>ifnull((SELECT max(seq) FROM intent WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id),0)
     AND NOT EXISTS(SELECT 1 FROM observation c WHERE c.run_id=a.run_id AND c.conversation_id=a.conversation_id AND c.seq>a.seq AND c.planned_legs>0))
  BEGIN SELECT RAISE(ABORT,'I9: two reads must agree that no planned leg is open'); END;
CREATE TRIGGER final_ours BEFORE INSERT ON final WHEN NEW.state IN('ended','ended-elsewhere') AND (NEW.state='ended')<>EXISTS(
   SELECT 1 FROM outcome WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND class IN('ACCEPTED','AMBIGUOUS'))
  BEGIN SELECT RAISE(ABORT,'I12: who ended it'); END;
CREATE TRIGGER final_cancelled BEFORE INSERT ON final WHEN NEW.state='cancelled' AND EXISTS(
   SELECT 1 FROM intent WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id)
  BEGIN SELECT RAISE(ABORT,'I11: something was sent for it'); END;

-- Nothing is changed and nothing is removed.

CREATE TRIGGER run_nd BEFORE DELETE ON run BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_item_ro BEFORE UPDATE ON plan_item BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER plan_item_nd BEFORE DELETE ON plan_item BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_leg_ro BEFORE UPDATE ON plan_leg BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER plan_leg_nd BEFORE DELETE ON plan_leg BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER plan_wrap_up_ro BEFORE UPDATE ON plan_wrap_up BEGIN SELECT RAISE(ABORT,'I2: plan frozen'); END;
CREATE TRIGGER plan_wrap_up_nd BEFORE DELETE ON plan_wrap_up BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER fact_ro BEFORE UPDATE ON fact BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER fact_nd BEFORE DELETE ON fact BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER observation_ro BEFORE UPDATE ON observation BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER observation_nd BEFORE DELETE ON observation BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER intent_ro BEFORE UPDATE ON intent BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER intent_nd BEFORE DELETE ON intent BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER outcome_ro BEFORE UPDATE ON outcome BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER outcome_nd BEFORE DELETE ON outcome BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER final_ro BEFORE UPDATE ON final BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER final_nd BEFORE DELETE ON final BEGIN SELECT RAISE(ABORT,'append-only'); END;
