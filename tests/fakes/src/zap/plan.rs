//! The Automation Framework: plans that lie on ZAP's disk.

use super::{Called, Scan, Zap};
use crate::Question;
use serde_json::json;

/// A plan that was begun.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// How many looks at it it still takes.
    pub left: u32,
    /// True once it was told to stop.
    pub stopped: bool,
    /// What went wrong.
    pub errors: Vec<String>,
}

/// The plan that lies there, and what it scans.
const PATH: &str = "/zap/plans/shop.yaml";
const TARGET: &str = "http://shop.example/";

impl Zap {
    pub(super) fn plan(&mut self, kind: &str, name: &str, question: &Question) -> Option<Called> {
        let index = question.get("planId").parse::<usize>().unwrap_or(usize::MAX);
        Some(match (kind, name) {
            ("action", "runPlan") if question.get("filePath") != PATH => Err("illegal_parameter"),
            ("action", "runPlan") => {
                self.plans.push(Plan { left: 2, ..Plan::default() });
                Ok(json!({"planId": (self.plans.len() - 1).to_string()}))
            }
            ("action", "stopPlan") => match self.plans.get_mut(index) {
                Some(plan) => {
                    (plan.left, plan.stopped) = (0, true);
                    Ok(json!({"Result": "OK"}))
                }
                None => Err("does_not_exist"),
            },
            ("view", "planProgress") => {
                let Some(plan) = self.plans.get_mut(index) else { return Some(Err("does_not_exist")) };
                let through = plan.left == 0;
                plan.left = plan.left.saturating_sub(1);
                let (plan, ends) = (plan.clone(), plan.left == 0 && !through);
                if ends {
                    self.visit(TARGET);
                    let rules = super::alerts::active_rules();
                    self.active.push(Scan {
                        target: TARGET.to_owned(),
                        progress: 100,
                        state: "FINISHED",
                        stuck: false,
                        removed: false,
                        rules,
                    });
                }
                let finished = if through { "2026-11-23T16:08:35.343Z" } else { "" };
                Ok(json!({
                    "planId": index.to_string(), "started": "2026-11-23T16:07:18.000Z", "finished": finished,
                    "info": ["Job spider started"], "warn": [], "error": plan.errors,
                }))
            }
            _ => return None,
        })
    }
}
