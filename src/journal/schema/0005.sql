-- Version 5: recipes. A plan may carry its conversations' ends out in another way than the ladder; a real organisation never sees one.
--
--   I29 the ladder alone leaves this machine      run_recipe, intent_published
--
-- The first refuses a run whose plan names another way for another machine. The second looks at each request: whatever the plan says, and
-- whoever let the run in, what is intended for another machine is one of the ladder's requests, word for word.

-- Runs on other machines than this one: everything whose host is not a loopback address, as numbers, with or without a port.
CREATE VIEW run_elsewhere AS SELECT id FROM run WHERE NOT(
   (api_host GLOB '127.*.*.*' AND api_host NOT GLOB '*[^0-9.:]*') OR api_host IN('::1','[::1]')
   OR (substr(api_host,1,6)='[::1]:' AND substr(api_host,7) NOT GLOB '*[^0-9]*'));

CREATE TRIGGER run_recipe AFTER INSERT ON run WHEN EXISTS(SELECT 1 FROM run_elsewhere WHERE id=NEW.id)
   AND json_extract(NEW.header,'$.plan.recipe') IS NOT 'standard'
  BEGIN SELECT RAISE(ABORT,'I29: a recipe leaves this machine'); END;

-- The hashes are those of the bodies: {"state":"disconnected"}, and none. That of a wrap-up depends on its code, which is the plan's (I2).
CREATE TRIGGER intent_published BEFORE INSERT ON intent WHEN EXISTS(SELECT 1 FROM run_elsewhere WHERE id=NEW.run_id) AND NOT(CASE NEW.step
   WHEN 'legs' THEN NEW.method='PATCH' AND NEW.body_sha256='d250b8a87726cb7668ab96e6e526c740fa4f6405624e0349841b94d14cd81242'
     AND NEW.path='/api/v2/conversations/messages/'||NEW.conversation_id||'/participants/'||NEW.participant_id
   WHEN 'close' THEN NEW.method='PATCH' AND NEW.body_sha256='d250b8a87726cb7668ab96e6e526c740fa4f6405624e0349841b94d14cd81242'
     AND NEW.path='/api/v2/conversations/messages/'||NEW.conversation_id
   WHEN 'wrap-up' THEN NEW.method='POST' AND NEW.path='/api/v2/conversations/messages/'||NEW.conversation_id
     ||'/participants/'||NEW.participant_id||'/communications/'||NEW.communication_id||'/wrapup'
   WHEN 'teardown' THEN NEW.method='POST' AND NEW.body_sha256='e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
     AND NEW.path='/api/v2/conversations/'||NEW.conversation_id||'/disconnect'
   END)
  BEGIN SELECT RAISE(ABORT,'I29: another request than the ladder''s leaves this machine'); END;
