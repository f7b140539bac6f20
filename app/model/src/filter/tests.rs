//! The language reads back what it writes, and says precisely what it cannot read.

use super::*;
use crate::{Category, Step};
use proptest::collection::vec;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9.*-]{1,12}", "[ -~]{1,20}", "\\PC{1,8}"]
}

fn day() -> impl Strategy<Value = Day> {
    (0..80_000i32).prop_map(Day)
}

fn compare() -> impl Strategy<Value = Compare> {
    prop::sample::select(vec![Compare::Less, Compare::AtMost, Compare::AtLeast, Compare::More])
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        (compare(), 0..=36_500u32).prop_map(|(compare, days)| When::Ago(compare, days)),
        (compare(), day()).prop_map(|(compare, day)| When::Day(compare, day)),
        (day(), 0..400i32).prop_map(|(from, more)| When::Between(from, Day(from.0 + more))),
    ]
}

fn distinct<T: PartialEq>(values: Vec<T>) -> Vec<T> {
    let mut out = Vec::new();
    for value in values {
        if !out.contains(&value) {
            out.push(value);
        }
    }
    out
}

fn some<T: PartialEq + std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    vec(one, 1..4).prop_map(distinct)
}

fn of<T: Copy + PartialEq + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = Vec<T>> {
    some(prop::sample::select(values.to_vec()))
}

fn mapped() -> impl Strategy<Value = Mapped> {
    let all: Vec<Mapped> = Category::all().map(Mapped::To).chain([Mapped::Unmapped, Mapped::NotAWeakness]).collect();
    prop::sample::select(all)
}

fn status() -> impl Strategy<Value = StatusIs> {
    let mut all = vec![StatusIs::Open, StatusIs::Closed, StatusIs::Any];
    all.extend(Status::ALL.iter().map(|status| StatusIs::One(*status)));
    prop::sample::select(all)
}

/// A slug or a login that is none of the language's own words.
fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| text.to_lowercase()).prop_filter("reserved", |name| name != "none" && name != "me")
}

fn what() -> impl Strategy<Value = What> {
    let lists = prop_oneof![
        of(&Severity::ALL).prop_map(What::Severity),
        (prop::sample::select(Edition::ALL.to_vec()), some(mapped())).prop_map(|(e, m)| What::Owasp(e, m)),
        some(prop_oneof![Just(TeamIs::Unowned), name().prop_map(TeamIs::Slug)]).prop_map(What::Team),
        of(&Tool::ALL).prop_map(What::Tool),
        some(text()).prop_map(What::Rule),
        some(text()).prop_map(What::Asset),
        some(text()).prop_map(What::Source),
        some(prop::option::of(prop::sample::select(Criticality::ALL.to_vec()))).prop_map(What::Criticality),
        some(prop::option::of(prop::sample::select(Exposure::ALL.to_vec()))).prop_map(What::Exposure),
        some(prop::option::of("[a-mo-z0-9][a-z0-9./-]{0,8}")).prop_map(What::Environment),
        some(prop::option::of("[a-mo-z0-9][a-z0-9./-]{0,8}")).prop_map(What::Tag),
        some(any::<u128>().prop_map(|n| OccurrenceId(uuid::Uuid::from_u128(n)))).prop_map(What::Id),
        some(status()).prop_map(What::Status),
        some(any::<u32>()).prop_map(What::Cwe),
        some((1999..2040u32, 1000..9_999_999u32).prop_map(|(y, n)| format!("CVE-{y}-{n}"))).prop_map(What::Cve),
        some(text()).prop_map(What::Title),
        any::<bool>().prop_map(What::Kev),
        (compare(), 0..=1_000_000u32).prop_map(|(compare, share)| What::Epss(compare, share)),
    ];
    let others = prop_oneof![
        when().prop_map(What::Age),
        when().prop_map(What::Seen),
        prop_oneof![Just(DueIs::Overdue), Just(DueIs::Unset), when().prop_map(DueIs::When)].prop_map(What::Due),
        some(prop_oneof![Just(PersonIs::Nobody), Just(PersonIs::Me), name().prop_map(PersonIs::Login)])
            .prop_map(What::Assignee),
        prop::sample::select(vec![Mark::Inventory, Mark::NotRetested, Mark::Regressed]).prop_map(What::Is),
        some((prop::sample::select(Tool::ALL.to_vec()), text())).prop_map(What::Issue),
        some(any::<i64>().prop_map(ScanId)).prop_map(What::Scan),
        some((prop::sample::select(Effect::ALL.to_vec()), any::<i64>().prop_map(ScanId))).prop_map(What::Effect),
        (prop::sample::select(Flow::ALL.to_vec()), day(), 0..400i32).prop_map(|(flow, from, more)| What::Flow(
            flow,
            from,
            Day(from.0 + more)
        )),
        text().prop_map(What::Text),
    ];
    prop_oneof![lists, others]
}

proptest! {
    #[test]
    fn canonical_text_reads_back(
        terms in vec((any::<bool>(), what()), 0..6),
        as_of in proptest::option::of(day()),
        known in proptest::option::of(prop_oneof![
            (0..i64::MAX).prop_map(|k| Known::Step(Step(k))),
            day().prop_map(Known::Day),
        ]),
    ) {
        let mut filter = Filter { terms: terms.into_iter().map(|(negated, what)| Term { negated, what }).collect() };
        if let Some(day) = as_of {
            filter = filter.at(day);
        }
        if let Some(known) = known {
            filter = filter.known(known);
        }
        let text = filter.to_string();
        match Filter::parse(&text) {
            Ok(read) => prop_assert_eq!(read, filter),
            Err(error) => prop_assert!(
                matches!(error.problem, FilterProblem::ClosedAsOf | FilterProblem::TooLong), "{text}: {error}"
            ),
        }
    }

    #[test]
    fn any_text_is_read_or_refused_with_a_place_inside_it(text in "\\PC{0,120}") {
        match Filter::parse(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => prop_assert!(error.position <= text.chars().count()),
        }
    }
}

fn canonical(text: &str) -> String {
    Filter::parse(text).unwrap().to_string()
}

fn refusal(text: &str) -> (FilterProblem, usize, String) {
    let error = Filter::parse(text).unwrap_err();
    (error.problem, error.position, error.suggestion)
}

#[test]
fn aliases_and_spellings_have_one_canonical_text() {
    assert_eq!(canonical("severity:HIGH,critical,high"), "sev:high,critical");
    assert_eq!(canonical("owasp21:a3"), "owasp:A03");
    assert_eq!(canonical("cwe:CWE-79 cve:cve-2021-44228"), "cwe:79 cve:CVE-2021-44228");
    assert_eq!(canonical("-is:not-retested"), "-is:not_retested");
    assert_eq!(canonical("age:>2w known_at:12 as_of:2026-06-30"), "age:>14d known-at:12 as-of:2026-06-30");
    assert_eq!(canonical("new:2026-01-01..2026-01-01"), "new:2026-01-01");
    assert_eq!(canonical("  \"sql injection\"   -\"a:b\" "), "\"sql injection\" -\"a:b\"");
    assert_eq!(canonical("asset:\"a b\",c"), "asset:\"a b\",c");
}

#[test]
fn a_refusal_says_what_where_and_what_was_meant() {
    assert_eq!(refusal("sev:high sevv:low"), (FilterProblem::UnknownKey, 9, "sev:".to_owned()));
    assert_eq!(refusal("sev:hihg"), (FilterProblem::UnknownValue, 4, "sev:high".to_owned()));
    assert_eq!(refusal("http://shop"), (FilterProblem::UnknownKey, 0, "\"http://shop\"".to_owned()));
    assert_eq!(refusal("sev:high,,low").0, FilterProblem::EmptyValue);
    assert_eq!(refusal("a \"b c"), (FilterProblem::OpenQuote, 2, String::new()));
    assert_eq!(refusal("-as-of:2026-01-01"), (FilterProblem::NotNegatable, 0, "as-of:2026-01-01".to_owned()));
    assert_eq!(refusal("as-of:2026-01-01 as-of:2026-01-02").0, FilterProblem::Repeated);
    assert_eq!(
        refusal("fixed:2026-02-01..2026-01-01"),
        (FilterProblem::EmptyRange, 6, "fixed:2026-01-01..2026-02-01".to_owned())
    );
    assert_eq!(refusal("status:fixed as-of:2026-01-01").0, FilterProblem::ClosedAsOf);
    assert_eq!(refusal("as-of:2026-02-30").0, FilterProblem::UnknownValue);
    assert_eq!(refusal(&"a".repeat(MAX_CHARS + 1)).0, FilterProblem::TooLong);
    assert_eq!(refusal(&"a ".repeat(MAX_TERMS + 1)).0, FilterProblem::TooManyTerms);
}

#[test]
fn links_are_built_as_they_are_typed() {
    let link = Filter::new()
        .flow(Flow::New, Day(20_454), Day(20_460))
        .severity(Severity::High)
        .team(None)
        .owasp(Edition::Y2025, Mapped::Unmapped)
        .effect(Effect::Closed, ScanId(12));
    assert_eq!(link.to_string(), "new:2026-01-01..2026-01-07 sev:high team:none owasp25:unmapped effect:closed@12");
}

#[test]
fn assets_are_asked_in_the_same_language() {
    let text = "criticality:high,none exposure:internet env:production tag:pci tested:<30d signed-in:never@nessus -is:declared team:none as-of:2026-06-30";
    assert_eq!(Filter::parse_assets(text).unwrap().to_string(), text);
    assert_eq!(Filter::parse_assets("Tag:PCI signed_in:>=2w@ZAP").unwrap().to_string(), "tag:pci signed-in:>=14d@zap");
    let findings = Filter::parse("criticality:critical tag:none").unwrap();
    assert_eq!(findings.to_string(), "criticality:critical tag:none");
    for (text, refused) in [
        ("sev:high", Filter::parse_assets("sev:high").unwrap_err().problem),
        ("is:regressed", Filter::parse_assets("is:regressed").unwrap_err().problem),
    ] {
        assert_eq!(refused, FilterProblem::OfFindings, "{text}");
    }
    assert_eq!(refusal("tested:<30d"), (FilterProblem::OfAssets, 0, String::new()));
    assert_eq!(refusal("is:declared").0, FilterProblem::OfAssets);
    assert_eq!(refusal("criticality:hihg").2, "criticality:high");
    let link = Filter::new().tested(TestedIs::When(When::Ago(Compare::AtMost, 30)), Some(Tool::Zap));
    assert_eq!(link.signed_in(TestedIs::Never, None).to_string(), "tested:<=30d@zap signed-in:never");
}
