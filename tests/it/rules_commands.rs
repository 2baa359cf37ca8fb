//! Rules and guards on the command line: what they raise, what they hold, what is said of it; and that nothing gets round a guard.

use crate::support::Home;
use crate::support::served::Served;

const GUARD: &str = "[[guard]]\nname = \"no-bots\"\nwhen = \"kind:bot-loop\"\nterminate = \"never\"\nhint = \"{bot.name} is being repaired\"\n";
const RULES: &str = "[[rule]]\nname = \"quiet-desk\"\nwhen = \"kind:waiting\"\nseverity = \"stuck\"\nterminate = \"allow\"\n\
     [[rule]]\nname = \"look-twice\"\nwhen = \"kind:orphan\"\nseverity = \"watch\"\nterminate = \"warn\"\nhint = \"customer left {cust.left} ago\"\n";

fn configured(config: &str) -> Home {
    let home = Home::new();
    home.write("home/config/config.toml", config);
    home
}

#[test]
fn a_rule_raises_a_chat_in_the_list_is_found_by_its_name_and_opens_no_door() {
    let home = configured(RULES);
    let served = Served::start(&home, &["quiet"]);
    let list = |filter: &str| {
        home.run(&["list", &served.flag(), "--json", "--filter", filter])
            .expect(0)
            .json_lines()
    };
    let raised = list("rule:quiet-desk");
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0]["kind"], "waiting");
    assert_eq!(raised[0]["severity"], "stuck");
    assert_eq!(raised[0]["rules"][0], "quiet-desk");
    assert_eq!(list("is:stuck").len(), 4);
    // It is shown as stuck, and still healthy as far as ending it goes.
    let id = raised[0]["id"].as_str().unwrap();
    let plan = home
        .run(&["plan", &served.flag(), "--filter", "is:stuck"])
        .expect(0);
    assert!(
        plan.stderr.contains(&format!("skipped {id}: waiting")),
        "{plan:#?}"
    );
    assert!(
        plan.stderr.contains("careful: 1 warned of by look-twice"),
        "{plan:#?}"
    );
    let orphan = served.of_kind(&home, "orphan").remove(0);
    let page = home.run(&["show", &served.flag(), &orphan]).expect(0);
    assert!(
        page.stdout
            .contains("Rule look-twice (warn): customer left "),
        "{page:#?}"
    );
}

#[test]
fn a_guard_holds_a_chat_by_filter_and_by_id_and_no_flag_gets_round_it() {
    let home = configured(GUARD);
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let bot = served.of_kind(&home, "bot-loop").remove(0);
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    let skipped = format!("skipped {bot}: guard no-bots: ");
    assert!(plan.stderr.contains(&skipped), "{plan:#?}");
    assert!(plan.stderr.contains(" is being repaired"), "{plan:#?}");
    assert_eq!(plan.json_lines()[0]["items"].as_array().unwrap().len(), 2);
    let alone = ["plan", &flag, "--ids", &bot];
    let ran = home.run(&alone).expect(5);
    assert!(ran.stderr.contains(&skipped), "{ran:#?}");
    let forced = [
        "terminate",
        &flag,
        "--ids",
        &bot,
        "--allow-live",
        "--write",
        "--rung",
        "close",
        "--confirm",
        "sandbox 1",
    ];
    home.run(&forced).expect(5);
    assert!(served.changed_by_us(&home).is_empty());
    let shown = home
        .run(&["show", &flag, &bot, "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(shown[0]["guards"][0], "no-bots");
}

#[test]
fn a_plan_from_before_there_was_a_guard_is_refused_as_a_whole() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    let file = home.write("plan.json", &plan.stdout);
    home.write("home/config/config.toml", GUARD);
    let carry_out = [
        "terminate",
        &flag,
        "--plan",
        file.to_str().unwrap(),
        "--confirm",
        "sandbox 3",
    ];
    home.run(&carry_out).refused(
        5,
        &["may not be ended", "guard no-bots", "nothing was sent"],
    );
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn t60_a_configuration_that_a_variable_names_takes_no_guard_away() {
    let home = configured(GUARD);
    let served = Served::start(&home, &["quiet"]);
    let elsewhere = home.write("elsewhere.toml", "log_level = \"off\"\n");
    let mut command = home.command(&["plan", &served.flag(), "--filter", "kind:bot-loop"]);
    let output = command.env("UNSTICK_CONFIG", elsewhere).output().unwrap();
    let ran = crate::support::Ran::of(&output).expect(5);
    assert!(ran.stderr.contains("guard no-bots"), "{ran:#?}");
}

#[test]
fn a_rule_that_cannot_be_understood_stops_the_program_with_its_place() {
    let home = configured(
        "[[guard]]\nname = \"vip\"\nwhen = 'queue:\"VIP\" idle>45'\nterminate = \"never\"\n",
    );
    home.run(&["list", "--sandbox=quiet"])
        .refused(2, &["config.toml:3:26", "idle>45m"]);
}
