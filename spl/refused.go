package spl

// refused are Splunk's commands that do not run unless the embedder registers
// them with the engine, and why. They parse, and the engine refuses them.
var refused = map[string]string{
	// Of the Machine Learning Toolkit, and of other apps.
	"apply":             "needs a trained model of the Machine Learning Toolkit",
	"curl":              "asks a server on the network",
	"cyberchef":         "is an app's own",
	"dbxlookup":         "reads a database",
	"dbxoutput":         "writes to a database",
	"dbxquery":          "reads a database",
	"entitymerge":       "is an app's own",
	"fit":               "trains a model of the Machine Learning Toolkit",
	"inputintelligence": "is an app's own",
	"ldapsearch":        "asks a directory",
	"sample":            "is the Machine Learning Toolkit's own",
	"score":             "needs the Machine Learning Toolkit",
	"snowincident":      "acts outside of the search",
	"summary":           "inspects a model of the Machine Learning Toolkit",

	// Acting outside of the search.
	"awssnsalert":    "acts outside of the search",
	"crawl":          "looks for files on a server",
	"createrss":      "writes a feed",
	"delete":         "deletes events",
	"dump":           "writes files",
	"input":          "changes a server's configuration",
	"outputtext":     "writes events for an old alert script",
	"run":            "runs a program",
	"runshellscript": "runs a program",
	"script":         "runs a program",
	"sendalert":      "acts outside of the search",
	"sendemail":      "acts outside of the search",
	"tagcreate":      "changes a server's configuration",
	"tagdelete":      "changes a server's configuration",
	"tscollect":      "writes an index file",

	// Reading a server's own state.
	"audit":       "reads a server's audit trail",
	"dbinspect":   "reads an index's buckets",
	"history":     "reads a user's past searches",
	"kvform":      "needs a form that a server defines",
	"loadjob":     "reads the results of another search",
	"localize":    "is about the times of stored events",
	"pivot":       "is not supported: use tstats",
	"rest":        "reads a server's configuration",
	"savedsearch": "runs a stored search",
	"searchtxn":   "needs a transaction type that a server defines",
	"typeahead":   "reads an index's lexicon",
	"walklex":     "reads an index's lexicon",

	// Of summary indexes: the figures halfway that they hold, another stats would finish.
	"sichart":     "makes the unfinished figures of a summary index: use chart",
	"sirare":      "makes the unfinished figures of a summary index: use rare",
	"sistats":     "makes the unfinished figures of a summary index: use stats",
	"sitimechart": "makes the unfinished figures of a summary index: use timechart",
	"sitop":       "makes the unfinished figures of a summary index: use top",

	// Statistics that the documentation does not define closely enough to compute the same.
	"abstract":       "summarizes raw text, by rules that are not documented",
	"af":             "is not supported",
	"analyzefields":  "is not supported",
	"anomalies":      "scores events by rules that are not documented",
	"anomalousvalue": "is not supported: use anomalydetection or outlier",
	"arules":         "looks for rules of association, which is not supported",
	"associate":      "is not supported: use contingency",
	"bucketdir":      "names folders by rules that are not documented",
	"cluster":        "groups similar events by rules that are not documented",
	"cofilter":       "is not supported: use stats",
	"collapse":       "is a server's own",
	"correlate":      "is not supported: use contingency",
	"diff":           "compares texts, which is not supported",
	"erex":           "makes up a regular expression: give it to rex",
	"findkeywords":   "compares groups by rules that are not documented",
	"findtypes":      "makes up event types",
	"folderize":      "names folders by rules that are not documented",
	"kmeans":         "groups similar events from a random start",
	"overlap":        "looks for gaps in a summary index",
	"predict":        "forecasts, by a model that is not documented",
	"prjob":          "is a server's own",
	"relevancy":      "scores events by rules that are not documented",
	"scrub":          "makes texts anonymous with dictionaries of its own",
	"typelearner":    "makes up event types",
	"x11":            "takes seasons out, which is not supported",

	// Drawing.
	"geom":       "draws maps, which is not supported",
	"geomfilter": "draws maps, which is not supported",
	"geostats":   "draws maps, which is not supported",

	// Of SPL2, which is another language.
	"branch":  "is SPL2's",
	"expand":  "is SPL2's: use mvexpand",
	"flatten": "is SPL2's: use spath or fromjson",
	"into":    "is SPL2's: use outputlookup or collect",
	"route":   "is SPL2's",
	"thru":    "is SPL2's: use appendpipe",
}
