-- Version 2: a conversation that cannot be found (I10).
--
-- Gone is not over. Reads that answer 404 or 410 are rows now, and so is every answer of analytics about the conversation's end. Where two
-- reads in a row found nothing after the newest read that did, and analytics then knew of an end that agrees with that read, a
-- conversation may be called ended; else, as before, only after two reads that show no planned leg open.

CREATE TABLE absence(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, at_ms INTEGER NOT NULL, http INTEGER, correlation_id TEXT,
  PRIMARY KEY(run_id,seq), FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

CREATE TABLE ending(
  run_id INTEGER NOT NULL, seq INTEGER NOT NULL, conversation_id TEXT NOT NULL, at_ms INTEGER NOT NULL, ended_ms INTEGER,
  -- Computed by the domain: this run did not read it as open after that end.
  agrees INTEGER NOT NULL CHECK(agrees IN(0,1) AND (ended_ms IS NOT NULL OR agrees=0)), http INTEGER, correlation_id TEXT,
  PRIMARY KEY(run_id,seq), FOREIGN KEY(run_id,seq) REFERENCES fact(run_id,seq),
  FOREIGN KEY(run_id,conversation_id) REFERENCES plan_item(run_id,conversation_id)) STRICT, WITHOUT ROWID;

INSERT INTO absence SELECT run_id,seq,json_extract(fact,'$.conversation'),at_ms,json_extract(fact,'$.failure.receipt.status'),
    json_extract(fact,'$.failure.receipt.correlation') FROM fact
  WHERE json_extract(fact,'$.what')='read-failed' AND json_extract(fact,'$.failure.kind.kind')='not-found';

CREATE INDEX absence_of ON absence(run_id,conversation_id,seq);

CREATE TRIGGER absence_newest BEFORE INSERT ON absence WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER ending_newest BEFORE INSERT ON ending WHEN NEW.seq IS NOT (SELECT max(seq) FROM fact WHERE run_id=NEW.run_id)
  BEGIN SELECT RAISE(ABORT,'I26: not with the newest fact'); END;
CREATE TRIGGER absence_ro BEFORE UPDATE ON absence BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER absence_nd BEFORE DELETE ON absence BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ending_ro BEFORE UPDATE ON ending BEGIN SELECT RAISE(ABORT,'append-only'); END;
CREATE TRIGGER ending_nd BEFORE DELETE ON ending BEGIN SELECT RAISE(ABORT,'append-only'); END;

DROP TRIGGER final_over;
CREATE TRIGGER final_over BEFORE INSERT ON final WHEN NEW.state IN('ended','ended-elsewhere','wrap-up-owed') AND NOT EXISTS(
   SELECT 1 FROM observation a JOIN observation b ON b.run_id=a.run_id AND b.conversation_id=a.conversation_id AND b.seq>a.seq
   WHERE a.run_id=NEW.run_id AND a.conversation_id=NEW.conversation_id AND a.planned_legs=0 AND b.planned_legs=0
     AND b.read_ms-a.at_ms>=(SELECT verify_gap_ms FROM run WHERE id=NEW.run_id)
     AND a.seq>ifnull((SELECT max(seq) FROM intent WHERE run_id=NEW.run_id AND conversation_id=NEW.conversation_id),0)
     AND NOT EXISTS(SELECT 1 FROM observation c WHERE c.run_id=a.run_id AND c.conversation_id=a.conversation_id AND c.seq>a.seq AND c.planned_legs>0))
   AND (NEW.state='wrap-up-owed' OR NOT EXISTS(
   SELECT 1 FROM ending e WHERE e.run_id=NEW.run_id AND e.conversation_id=NEW.conversation_id AND e.agrees=1
     AND e.seq=(SELECT max(seq) FROM ending WHERE run_id=e.run_id AND conversation_id=e.conversation_id)
     AND 2<=(SELECT count(*) FROM absence a WHERE a.run_id=e.run_id AND a.conversation_id=e.conversation_id AND a.seq<e.seq
       AND a.seq>(SELECT max(seq) FROM observation WHERE run_id=e.run_id AND conversation_id=e.conversation_id)
       AND a.seq>ifnull((SELECT max(seq) FROM intent WHERE run_id=e.run_id AND conversation_id=e.conversation_id),0))))
  BEGIN SELECT RAISE(ABORT,'I9: two reads must agree that no planned leg is open; I10: or, where it is gone, analytics that it ended'); END;
