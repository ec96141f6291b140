"""The course: playing lessons, and what a learner has done of them. `command` is `corodemo lesson`."""
