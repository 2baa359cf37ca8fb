//! What is told of the world, in which order, and what happens to it on order.

use super::*;

impl Bed {
    /// A connected channel that is subscribed to some topics.
    fn ear(&mut self, topics: &[String]) -> SocketId {
        let channel = self.channel();
        let path = format!("{CHANNELS}/{channel}/subscriptions");
        let ids: Vec<Value> = topics.iter().map(|id| json!({ "id": id })).collect();
        assert_eq!(self.ask("POST", &path, &json!(ids)).status, 200);
        self.connect(&channel)
    }

    /// Lets something happen to the chat `live`, now.
    fn happen(&mut self, event: &str) {
        let order = json!({ "event": event, "conversation": "live" });
        assert_eq!(self.ask("POST", "/sandbox/events", &order).status, 200);
    }

    fn live(&self) -> Conversation {
        let index = self.service.world.find_by_name("live").unwrap();
        self.service.world.conversations[index].clone()
    }

    /// The queue of the chat `live`.
    fn queue(&self) -> Uuid {
        let queue = self.live().participants.iter().find_map(|one| one.queue);
        self.service.world.directory.queues[queue.unwrap()].id
    }
}

fn topic_names(frames: &[Value]) -> Vec<&str> {
    let names = frames.iter().filter_map(|one| one["topicName"].as_str());
    names.filter(|name| *name != "channel.metadata").collect()
}

#[test]
fn every_event_of_a_lively_hour_has_only_members_that_its_definition_knows() {
    let mut bed = Bed::of(&Scenario::named("demo").unwrap());
    let directory = &bed.service.world.directory;
    let queues = directory.queues.iter().map(|one| one.id);
    let queues = queues.flat_map(|id| {
        let place = format!("v2.routing.queues.{id}.conversations");
        let [activity, observations] = depths::topics(id);
        [format!("{place}.messages"), place, activity, observations]
    });
    let users = directory.agents.iter().map(|one| one.id);
    let users = users.map(|id| format!("v2.users.{id}.conversations.messages"));
    let topics: Vec<String> = queues.chain(users).collect();
    let ear = bed.ear(&topics);
    let mut heard = std::collections::BTreeMap::new();
    for quarter in 1..=4 {
        bed.wait_until(after_ms(quarter * 900_000));
        for frame in bed.heard(ear) {
            let name = frame["topicName"].as_str().unwrap();
            let Some(topic) = topic::Topic::parse(name) else {
                continue;
            };
            let mut known = crate::sandbox::api::document::DOCUMENT.topics.iter();
            let class = &known
                .find(|one| one.topic == topic.pattern)
                .unwrap()
                .payload;
            let body = &frame["eventBody"];
            assert_eq!(&fitting::fitted(class, body.clone()), body);
            *heard.entry(topic.pattern).or_insert(0) += 1;
        }
    }
    assert_eq!(heard.len(), 5, "{heard:?}");
    assert!(heard.values().all(|count| *count > 5), "{heard:?}");
}

#[test]
fn the_depth_of_a_queue_is_told_once_a_second_at_most_and_only_when_it_changed() {
    let mut bed = Bed::new("");
    let [activity, _] = depths::topics(bed.queue());
    let ear = bed.ear(&[activity]);
    let told = |bed: &mut Bed| topic_names(&bed.heard(ear)).len();
    bed.happen("agent-joins");
    assert_eq!(told(&mut bed), 1);
    bed.happen("agent-joins");
    bed.happen("agent-joins");
    bed.wait_until(after_ms(999));
    assert_eq!(told(&mut bed), 0);
    bed.wait_until(after_ms(1000));
    assert_eq!(told(&mut bed), 1);
    bed.happen("customer-writes");
    bed.wait_until(after_ms(5000));
    assert_eq!(told(&mut bed), 0, "a message changes no depth");
    bed.happen("agent-joins");
    assert_eq!(told(&mut bed), 1);
}

#[test]
fn events_are_copied_withheld_and_shuffled_on_order() {
    let mut bed = Bed::new("");
    let id = bed.live().id;
    let words = ["user.start", "user.end", "customer.start", "customer.end"];
    let topics: Vec<String> = words.iter().map(|word| details::topic(id, word)).collect();
    let ear = bed.ear(&topics);
    let events = |bed: &mut Bed| {
        bed.happen("agent-joins");
        bed.happen("guest-reborn");
        bed.happen("agent-leaves");
    };
    events(&mut bed);
    let once = bed.heard(ear);
    assert_eq!(once.len(), 4);
    misbehave(
        &mut bed,
        Mischief {
            withhold: true,
            ..Mischief::default()
        },
    );
    events(&mut bed);
    bed.wait_until(after_ms(30_000));
    assert!(topic_names(&bed.heard(ear)).is_empty());
    let orders = Mischief {
        copies: Some(3),
        shuffle_ms: Some(500),
        ..Mischief::default()
    };
    misbehave(&mut bed, orders);
    events(&mut bed);
    assert!(bed.heard(ear).is_empty(), "they are kept back");
    bed.wait_until(after_ms(30_500));
    let heard = bed.heard(ear);
    let order: Vec<i64> = heard
        .iter()
        .map(|one| one["eventBody"]["eventTime"].as_i64().unwrap())
        .collect();
    assert_eq!(order.len(), 12);
    let names = topic_names(&heard);
    assert!(
        topics
            .iter()
            .all(|topic| names.iter().filter(|name| *name == topic).count() == 3)
    );
    let grouped = names
        .windows(3)
        .step_by(3)
        .all(|three| three.iter().all(|one| *one == three[0]));
    assert!(!grouped, "{names:?}");
    misbehave(&mut bed, Mischief::default());
    events(&mut bed);
    assert_eq!(bed.heard(ear).len(), 4);
}

#[test]
fn a_false_ending_is_told_as_a_true_one_would_be_and_changes_nothing() {
    let mut bed = Bed::new("");
    let live = bed.live();
    let topic = format!("v2.routing.queues.{}.conversations.messages", bed.queue());
    let ear = bed.ear(&[topic.clone(), details::topic(live.id, "customer.end")]);
    let truth = bed.service.world.truth().len();
    bed.service.pretend_end("live", bed.now).unwrap();
    let heard = bed.heard(ear);
    assert_eq!(
        topic_names(&heard),
        [details::topic(live.id, "customer.end"), topic]
    );
    let parties = heard[1]["eventBody"]["participants"].as_array().unwrap();
    assert!(parties.iter().all(|one| one["state"] == "disconnected"));
    assert_eq!(bed.service.world.truth().len(), truth);
    assert_eq!(bed.live().open_legs(), live.open_legs());
    assert!(bed.service.pretend_end("nobody", bed.now).is_err());
}

#[test]
fn an_agent_who_rings_is_told_of_when_it_rings_and_not_again_when_it_answers() {
    let mut bed = Bed::new("");
    let id = bed.live().id;
    let start = details::topic(id, "user.start");
    let metrics = metrics::topic(id);
    let ear = bed.ear(&[start.clone(), metrics]);
    let agents = &bed.service.world.directory.agents;
    let present = bed.live().participants.iter().find_map(|one| one.user);
    let colleague = agents.iter().find(|one| Some(one.id) != present).unwrap();
    let details = Details {
        agent: Some(colleague.name.clone()),
        ..Details::default()
    };
    let index = bed.service.world.find_by_name("live").unwrap();
    let world = &mut bed.service.world;
    world.order_exactly(index, Happening::Transfer, details, bed.now);
    bed.wait_until(after_ms(20_000));
    let heard = bed.heard(ear);
    let starts = heard.iter().filter(|frame| frame["topicName"] == start);
    let starts: Vec<i64> = starts
        .map(|frame| frame["eventBody"]["eventTime"].as_i64().unwrap())
        .collect();
    let truth = bed.service.world.truth().iter();
    let rang = truth.filter(|one| one.what == Change::LegAlerting);
    let rang: Vec<i64> = rang.map(|one| one.at.as_millisecond()).collect();
    assert_eq!((starts, rang.len()), (rang.clone(), 1));
    let known: Vec<&str> = heard
        .iter()
        .filter_map(|frame| frame["eventBody"]["metric"].as_str())
        .collect();
    assert_eq!(
        known,
        ["tAlert", "tTalkComplete", "tHandle", "nTransferred"]
    );
}
