-- Version 4: the rest of the second wall. What the run as a whole was told is rows now, and so is everybody whom a read showed and the
-- plan does not; and two rules hold the domain's own judgement (`fits`) against the columns.
--
-- Which invariants the database enforces by itself, and by which triggers:
--
--   I1  only what a confirmed plan names          intent_confirmed, intent_leg, intent_leg_media, intent_wrap_up
--   I2  a confirmed plan is frozen                run_confirmed_once, run_frozen, run_whole, plan_*_frozen, plan_*_ro, intent_code
--   I3  on one fresh read that fits               intent_evidence, intent_evidence_newest, intent_open, intent_close_media, intent_wrap_up_clear
--   I4  which equals the plan before the first    intent_evidence_equal
--   I5  an intent precedes its outcome            intent_settled, outcome_intent, final_settled
--   I6  a read carries one send                   intent_evidence_once
--   I7  a read between an answer and a send       intent_evidence_after
--   I8  bounded sends                             intent_limit, intent_refused, intent_attempt
--   I9  two reads that agree                      final_over
--   I10 or the proof of what is gone              final_over
--   I11 one final state, none lost                final_once, final_next, final_cancelled, intent_final, *_final, turn_finished
--   I12 ours or somebody else's                   final_ours
--   I14, I19, I21 nothing once halted, stopped, paused   intent_running
--   I20 one request at a time for a conversation  intent_settled
--   I23 a sleep makes a read old                  intent_evidence (its age is counted to the intent)
--   I26 append-only, in order                     *_ro, *_nd, *_newest, fact_next, run_next, purged_*
--   I28 people whom the plan shows; teardown alone   intent_strangers, intent_rung, and the last CHECK of `run`
--
-- Not here, as the database cannot know it: what the token stands for (I22: asked before `confirmed` and `recovered` are written; a client
-- is bound to one host and one OAuth client), the network (I13, I15 to I17), memory (I18: a permit comes only from a commit; I24), the
-- screen (I25), other runs of the same seed (I27).

CREATE TABLE turn(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, at_ms INTEGER NOT NULL,
  event TEXT NOT NULL CHECK(event IN('confirmed','paused','resumed','stopped','halted','recovered','finished')),
  PRIMARY KEY(run_id,seq), FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq)) STRICT, WITHOUT ROWID;

CREATE TABLE stranger(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, at_ms INTEGER NOT NULL,
  participant_id TEXT NOT NULL, communication_id TEXT NOT NULL, purpose TEXT NOT NULL,
  PRIMARY KEY(run_id,seq,participant_id,communication_id), FOREIGN KEY(run_id,seq) REFERENCES observation(run_id,seq)) STRICT, WITHOUT ROWID;

INSERT INTO turn SELECT run_id,seq,at_ms,json_extract(fact,'$.event') FROM fact WHERE json_extract(fact,'$.event')<>'item';

INSERT INTO stranger SELECT f.run_id,f.seq,o.conversation_id,f.at_ms,json_extract(l.value,'$.participant'),json_extract(l.value,'$.communication'),
    json_extract(l.value,'$.purpose')
  FROM observation o JOIN fact f ON f.run_id=o.run_id AND f.seq=o.seq, json_each(f.fact,'$.evidence.legs') l
  WHERE json_extract(l.value,'$.purpose') IN('customer','external','agent','user') AND NOT EXISTS(
    SELECT 1 FROM plan_leg p WHERE p.run_id=o.run_id AND p.conversation_id=o.conversation_id
      AND p.participant_id=json_extract(l.value,'$.participant') AND p.communication_id=json_extract(l.value,'$.communication'));

CREATE TRIGGER turn_newest BEFORE INSERT ON turn WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER stranger_newest BEFORE INSERT ON stranger WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER turn_ro BEFORE UPDATE ON turn BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER turn_nd BEFORE DELETE ON turn WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER stranger_ro BEFORE UPDATE ON stranger BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER stranger_nd BEFORE DELETE ON stranger WHEN NOT EXISTS(SELECT 1 FROM purged WHERE run_id=OLD.run_id)
  BEGIN SELECT RAISE(ABORT,'append-only'); END;

DROP TRIGGER purged_removes;
CREATE TRIGGER purged_removes AFTER INSERT ON purged BEGIN
  DELETE FROM final WHERE run_id=NEW.run_id;
  DELETE FROM outcome WHERE run_id=NEW.run_id;
  DELETE FROM intent WHERE run_id=NEW.run_id;
  DELETE FROM ending WHERE run_id=NEW.run_id;
  DELETE FROM absence WHERE run_id=NEW.run_id;
  DELETE FROM stranger WHERE run_id=NEW.run_id;
  DELETE FROM observation WHERE run_id=NEW.run_id;
  DELETE FROM turn WHERE run_id=NEW.run_id;
  DELETE FROM plan_wrap_up WHERE run_id=NEW.run_id;
  DELETE FROM plan_leg WHERE run_id=NEW.run_id;
  DELETE FROM plan_item WHERE run_id=NEW.run_id;
  DELETE FROM fact WHERE run_id=NEW.run_id;
  DELETE FROM run WHERE id=NEW.run_id;
END;

-- Nothing is sent unless the last word about the run lets it go on.
CREATE TRIGGER intent_running BEFORE INSERT ON intent WHEN
   (SELECT event FROM turn WHERE run_id=NEW.run_id ORDER BY seq DESC LIMIT 1) NOT IN('confirmed','resumed','recovered')
  BEGIN SELECT RAISE(ABORT,'I19: the run is paused, stopped, halted or finished'); END;

-- Where the domain says that a read fits, it must be the plan's very evidence until something of ours may have had an effect, and show
-- nobody, ever, whom the plan does not.
CREATE TRIGGER intent_evidence_equal BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM observation o JOIN plan_item p ON p.run_id=o.run_id AND p.conversation_id=o.conversation_id
   WHERE o.run_id=NEW.run_id AND o.seq=NEW.evidence_seq AND o.fits=1 AND o.fingerprint<>p.fingerprint)
   AND NOT EXISTS(
   SELECT 1 FROM outcome WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND class IN('ACCEPTED','AMBIGUOUS'))
  BEGIN SELECT RAISE(ABORT,'I4: not the evidence of the plan'); END;
CREATE TRIGGER intent_strangers BEFORE INSERT ON intent WHEN EXISTS(
   SELECT 1 FROM stranger s JOIN observation o ON o.run_id=s.run_id AND o.seq=s.seq
   WHERE s.run_id=NEW.run_id AND s.seq=NEW.evidence_seq AND o.fits=1)
  BEGIN SELECT RAISE(ABORT,'I28: somebody is there whom the plan does not show'); END;

-- What is final is not even looked at again, but for what could not be known.
CREATE TRIGGER observation_final BEFORE INSERT ON observation WHEN EXISTS(
   SELECT 1 FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND state<>'unresolved')
  BEGIN SELECT RAISE(ABORT,'I11: it has a final state'); END;
CREATE TRIGGER absence_final BEFORE INSERT ON absence WHEN EXISTS(
   SELECT 1 FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND state<>'unresolved')
  BEGIN SELECT RAISE(ABORT,'I11: it has a final state'); END;
CREATE TRIGGER ending_final BEFORE INSERT ON ending WHEN EXISTS(
   SELECT 1 FROM final WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id AND state<>'unresolved')
  BEGIN SELECT RAISE(ABORT,'I11: it has a final state'); END;
CREATE TRIGGER turn_finished BEFORE INSERT ON turn WHEN NEW.event='finished' AND EXISTS(
   SELECT 1 FROM plan_item p WHERE p.run_id=NEW.run_id
     AND NOT EXISTS(SELECT 1 FROM final f WHERE f.run_id=p.run_id AND f.conversation_id=p.conversation_id))
  BEGIN SELECT RAISE(ABORT,'I11: a conversation has no final state yet'); END;
