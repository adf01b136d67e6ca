# Review: the queue of what deserves a reviewer's eyes, one cluster, verdicts, and what is drafted.

review-about = What people asked and nobody has judged yet. Questions that mean the same stand together; what most people asked comes first.
review-tabs = Views of the review
review-tab-clusters = Clusters
review-tab-questions = All questions
review-tab-random = Random answers
review-tab-done = Done
review-open-clusters = Clusters to judge
review-open-items = Questions in them
review-people-behind = { $count ->
    [one] of one person
   *[other] of { $count } people
  }
review-answered-clusters = Answered since
review-judged-items = Questions judged
review-clustering = New questions are being put together. You need not wait; the list is good as it is.
review-status = Status
review-status-open = Open
review-status-answered = Answered since
review-status-judged = Judged
review-status-muted = Muted by a verdict
review-reason = Why it is here
review-reason-gap = No answer
review-reason-none = None of these
review-reason-doubtful = Doubtful
review-reason-reported = Reported wrong
review-reason-boundary = Boundary
review-reason-changed = Entry has changed
review-look = Look at it
review-forgotten = This question has been deleted by whoever asked it.
review-was-answered = answered with
review-follow-up = Asked after:
review-people = People
review-asked = Questions
review-since = Since
review-last = Last asked
review-first-page = To the start of the list
review-further = Further down
review-end = That was the end of the list.
review-none-such = Nothing here fits the filter
review-none-such-about = Choose another status or reason.
review-all-done = Everything is judged
review-all-done-about = New questions turn up here within a minute of being asked. Random answers are worth a look meanwhile: they tell how often the bot is right.
review-to-random = To the random answers
review-questions-about = Every question in the queue by itself, newest first.
review-not-here = Questions off topic, and choices offered where nobody said that none was meant, are not in the queue. They stand in the log:

review-cluster = Cluster { $number }
review-around = Other clusters
review-previous = Previous
review-next = Next
review-answered-by = The release in service answers this by now: { $entry }. Judge it if that is not right.
review-what-answered = What was answered
review-confidence = Confidence
review-read-answer = Read the answer
review-entry-gone = is not published any more.
review-no-answer-clarify = Several entries were offered to choose from.
review-no-answer-none = Nothing: the bot said that it has no answer.
review-ask-again = Ask it again on the test bench
review-meant = Entries it may mean
review-meant-more = { $count } more
review-score = How near it is
review-members = The questions
review-choose-member = Choose question { $number }
review-split = Put chosen ones into a cluster of their own
review-split-hint = For questions that mean something else.
review-split-done = { $count ->
    [one] One question has a cluster of its own now: this one.
   *[other] { $count } questions have a cluster of their own now: this one.
  }
review-nothing-split = Choose some of the questions, not all of them.
review-gone = There is no such cluster or question any more. It may have been deleted by whoever asked.

review-verdict = Verdict
review-verdict-is = Verdict: { $verdict }
review-right-about-answered = The answer is the one they wanted.
review-right-about-declined = Declining was right: nothing here should answer it.
review-right-about-boundary = The notice was the right reply.
review-right-about-clarify = Asking back was right: these were the entries to offer.
review-wrong-about = Another entry should have answered.
review-gap-about = No entry answers it.
review-which = Which entry should have answered?
review-which-unknown = I do not know, or none of these
review-other = Another entry
review-other-hint = Its id, or words to search for.
review-phrasings = How else people ask for it
review-own-words = In your own words, one way of asking a line. It goes into your draft.
review-test = Test question
review-test-hint = Must lead to this entry from now on; in other words than above.
review-wrong-send = Judge as wrong
review-kind = Kind of entry
review-parent = Under
review-parent-hint = Only for objections and replies: the id of what it stands under. Start typing its title.
review-parent-id = Its id. Start typing its title.
review-parent-objection = Proposal that it objects to
review-parent-response = Objection that it answers
review-parent-counter = Reply that it counters
review-gap-draft = Gap: draft an entry
review-gap-only = Gap only
review-gap-reviewer = Moderators see what is missing and can draft an entry from it.
review-button-out_of_scope = Off topic
review-button-abuse = Abuse
review-button-ignore = Ignore
review-mute-hint = After these three, the same question does not come back.
review-look-empty = Write an id, or words to search for.
review-look-nothing = No entry is near these words. Try others.
review-choose-one = Choose the entry that you mean, or write its id.
review-choose-first = Choose the entry that these words are for.
review-late = This was judged or split meanwhile. Nothing of this form was written: look at it as it is now.
review-by-you = By you
review-by = By { $name }
review-by-forgotten = By somebody whose data has been deleted
review-take-back = Take it back
review-undo = Undo
review-done = { $count ->
    [one] One question is judged: { $verdict }.
   *[other] { $count } questions are judged: { $verdict }.
  }
review-drafted = It is in your draft. Preview and publish it there.
review-to-draft = To my draft
review-taken-back = The verdict is taken back; it is open again.
review-nothing-to-take-back = There is no verdict of yours to take back here.
review-draft-from-it = Draft from it

review-draft-phrasing = Add ways of asking
review-draft-phrasing-about = So that the entry is found the next time. It goes into your draft; nothing changes before you publish.
review-draft-entry = Draft a new entry
review-draft-entry-about = It goes into your draft; nothing changes before you publish.
review-draft-later = Everything can still be changed in the draft.
review-back = Back
review-verdict-kept = The verdict is kept. Only what you wrote is not in your draft yet.
review-for-entry = For the entry
review-language-told = Tell from the words
review-add-to-draft = Add to my draft
review-they-asked = What they asked
review-no-copies = For your eyes only: what people write does not get into the collection. Near copies are refused.
review-mend = Some fields need another look.
review-group-who = Who says it
review-group-how = How it would work
review-group-facts = Facts
review-group-more = More
review-sources-here = Sources on record

review-random-about = How often are answers right?
review-random-heading = Judge answers drawn at random
review-random-why = What stands in the queue is there because something looked wrong, so verdicts on it say little about all the other answers. Each answer of the last 30 days is as likely as any other to be drawn here: only verdicts on these tell, without bias, how many answers are right.
review-random-interval = right of those judged in the last 30 days; 95 % interval { $low } to { $high } %, from { $count ->
    [one] one verdict
   *[other] { $count } verdicts
  }
review-random-nothing-yet = No answer drawn at random has been judged in the last 30 days. About 50 verdicts give a useful figure.
review-random-draw = Draw an answer
review-random-hint = Judge the hard ones too: leaving them out makes the figure look better than it is.
review-random-none = No answered question of the last 30 days is left to judge.
review-random-this = Drawn at random. Is this the answer that the question wanted?
review-random-another = Another one

review-keys = Keys
review-keys-about = They work while no field is being typed in, in any keyboard layout.
review-keys-off = Turn these keys off
review-keys-on = Turn these keys on
review-key-r = Right
review-key-w = Wrong: open the choice
review-key-g = Gap: open the choice
review-key-o = Off topic
review-key-a = Abuse
review-key-i = Ignore
review-key-j = Next
review-key-k = Previous
review-key-u = Undo, take back
