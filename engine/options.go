package engine

import (
	"maps"
	"slices"
	"time"

	"github.com/spoor-lang/spoor/ast"
	"github.com/spoor-lang/spoor/engine/internal/expr"
	"github.com/spoor-lang/spoor/engine/internal/sequence"
)

// Option changes how an engine, a search or a filter works.
type Option func(*config)

type config struct {
	lateness   time.Duration
	skew       time.Duration
	tiebreaker string

	sourceField string // the field that names a source with a clock; empty for none
	silence     time.Duration

	category   string
	process    string // the field of an event's process; empty for the dialect's
	parent     string // the field of that process's parent
	types      map[string]FieldType
	aliases    bool // whether one of them is another's
	closed     bool // no field but those in types
	zone       *time.Location
	now        time.Time
	earliest   time.Time
	latest     time.Time
	keep       []string
	index      string // the field that names an event's index; empty for none
	override   *ast.Schedule
	continuous bool
	geo        func(addr string) map[string]string
	store      Store
	commands   map[string]func(*Rows, string) error
	perKey     int
	windowSize int
	partials   int
	stateBytes int
	fullScan   bool
	workers    int
	queueSize  int
	observer   Observer
	clock      func() time.Duration
	record     *record // is told what happens; nil in normal running
	reasons    bool
	held       bool // searches hold their events, even where they need not
}

// The defaults of the options.
const (
	// DefaultTiebreaker is the field that orders events of the same time:
	// Elastic's own sensors count their events in it.
	DefaultTiebreaker = "event.sequence"

	// DefaultSkew is how far ahead of all others an event may lie. Clocks of
	// hosts differ by seconds; a day is a wrong clock, and following it would
	// declare everyone else late.
	DefaultSkew = 24 * time.Hour

	// DefaultWindowEvents bounds the events that one rule's window holds. At
	// about a kilobyte an event it is what a small agent can spare; a rule
	// that needs more should filter more.
	DefaultWindowEvents = 100_000

	// DefaultPartials bounds the series that one rule holds open: see
	// [Partials].
	DefaultPartials = sequence.DefaultMaxPartials

	// DefaultQueueEvents bounds the events that wait for their turn: ten
	// seconds of a hundred thousand a second, of which some concern a rule
	// with a state.
	DefaultQueueEvents = 1_000_000
)

func newConfig(opts []Option) *config {
	c := &config{
		skew:       DefaultSkew,
		tiebreaker: DefaultTiebreaker,
		zone:       time.UTC,
		windowSize: DefaultWindowEvents,
		queueSize:  DefaultQueueEvents,
		partials:   DefaultPartials,
		stateBytes: DefaultStateBytes,
		perKey:     1,
		workers:    1,
	}
	for _, o := range opts {
		o(c)
	}
	if c.store == nil {
		c.store = &Memory{}
	}
	for _, t := range c.types {
		c.aliases = c.aliases || t.Path != ""
	}
	return c
}

// Lateness lets events arrive up to d later than others of a later time and
// still be taken in the order of their times. With 0, the default, the order
// of arrival is the order of events.
func Lateness(d time.Duration) Option { return func(c *config) { c.lateness = max(d, 0) } }

// Skew sets how far ahead of the greatest event time so far an event may lie.
// One that lies further ahead is evaluated, but does not move the clock. The
// default is DefaultSkew; 0 means no bound.
func Skew(d time.Duration) Option { return func(c *config) { c.skew = d } }

// QueueEvents bounds the events that wait for their turn. When there are more,
// the first of them takes it at once, and what comes behind it is late; it is
// counted (Stats.Hurried). The default is DefaultQueueEvents.
func QueueEvents(n int) Option { return func(c *config) { c.queueSize = max(n, 1) } }

// Tiebreaker names the field that orders events of the same time. Events that
// lack it come after those that have it. The default is DefaultTiebreaker.
func Tiebreaker(field string) Option { return func(c *config) { c.tiebreaker = field } }

// Category names the field that holds an event's category, for queries that
// name none themselves. The default is "event.category".
func Category(field string) Option { return func(c *config) { c.category = field } }

// Lineage names the fields that hold an event's process and the parent of
// that, by which `descendant of […]` and its like relate processes. A value
// must stand for one process only, for as long as the engine runs. The default
// is "process.entity_id" and "process.parent.entity_id", and in Endgame's
// dialect "unique_pid" and "unique_ppid".
func Lineage(id, parent string) Option {
	return func(c *config) { c.process, c.parent = id, parent }
}

// lineage says how a query's events name their processes.
func (c *config) lineage(q *ast.Query) sequence.LineageOptions {
	o := sequence.LineageOptions{Category: c.categoryOf(q), ID: c.process, Parent: c.parent, End: processEnd}
	if o.ID == "" && o.Parent == "" && q.Language == ast.Endgame {
		o.ID, o.Parent = "unique_pid", "unique_ppid"
	}
	return o
}

// FieldType is what is known of a field beforehand.
type FieldType struct {
	// Type is "keyword", "text", "number", "boolean", "date", "ip",
	// "version" or one of Elasticsearch's names for a type of number; any
	// other is taken as unknown.
	Type string
	// Path makes the field another name for the one at Path.
	Path string
}

// Types gives the types of fields, as an index mapping would. Comparisons
// with dates, addresses and versions then know what they compare. Fields that
// are not listed work without a type.
func Types(fields map[string]FieldType) Option { return func(c *config) { c.types = fields } }

// StrictTypes is Types, and makes a field that is not listed an error of New,
// as Elasticsearch treats a column that no index has; `?field` stays allowed.
func StrictTypes(fields map[string]FieldType) Option {
	return func(c *config) { c.types, c.closed = fields, true }
}

// Zone is the time zone in which texts of times are read and written, and
// days begin. The default is UTC.
func Zone(z *time.Location) Option {
	return func(c *config) {
		if z != nil {
			c.zone = z
		}
	}
}

// Now is the start of a Search, which now() returns and relative times count
// from. The default is the time of the latest event.
func Now(t time.Time) Option { return func(c *config) { c.now = t } }

// Window limits a Search to the events in [earliest, latest). A zero time
// leaves that side open.
func Window(earliest, latest time.Time) Option {
	return func(c *config) { c.earliest, c.latest = earliest, latest }
}

// Indices names the field that holds the index which an event would be stored
// in, such as "_index". A rule then sees only events of the indices that its
// file lists, and those that lack the field: a pattern may hold *, and one that
// begins with - takes events out again. Without this option every rule sees
// every event.
func Indices(field string) Option { return func(c *config) { c.index = field } }

// Keep names fields that alerts carry beside those that their rule reads.
func Keep(fields ...string) Option {
	return func(c *config) { c.keep = append(c.keep, fields...) }
}

// Continuous runs searches over a stream as soon as an event concerns them,
// over the window that ends with it, instead of on their schedule. Each row
// raises one alert: a group's row when the group first appears.
func Continuous() Option { return func(c *config) { c.continuous = true } }

// Reasons makes every alert carry its reasons: see [Alert.Reasons]. It costs
// an alert some microseconds, and a search as much again as it takes to run.
func Reasons() Option { return func(c *config) { c.reasons = true } }

// Geo resolves addresses for iplocation: it returns the fields that are known
// of one (City, Country, Region, lat, lon), or nil.
func Geo(resolve func(addr string) map[string]string) Option {
	return func(c *config) { c.geo = resolve }
}

// SamplesPerKey is how many samples a `sample` query may yield for each
// combination of its keys; the default is 1.
func SamplesPerKey(n int) Option { return func(c *config) { c.perKey = max(n, 1) } }

// WindowEvents bounds the events that one rule's window holds; what is beyond
// is dropped, oldest first, and counted. Where events are counted when they come, and
// not held, it bounds the groups of each part of the window, and events of further
// groups are dropped. The default is DefaultWindowEvents.
func WindowEvents(n int) Option { return func(c *config) { c.windowSize = max(n, 1) } }

// Workers is how many goroutines [Engine.ProcessBatch] may use, the caller's
// among them; the default is 1. More than there are processors gain nothing.
func Workers(n int) Option { return func(c *config) { c.workers = max(n, 1) } }

// Partials bounds the series of events that one rule holds open, and the keys for
// which it remembers an absence, a sample or a join; what is beyond is dropped,
// oldest first, and counted. The default is DefaultPartials.
func Partials(n int) Option { return func(c *config) { c.partials = max(n, 1) } }

// fieldNames are the fields of the schema, sorted.
func (c *config) fieldNames() []string { return slices.Sorted(maps.Keys(c.types)) }

// typeOf returns the schema as the compiler asks for it, or nil.
func (c *config) typeOf() func(string) (expr.Type, bool) {
	if c.types == nil {
		return nil
	}
	return func(name string) (expr.Type, bool) {
		t, ok := c.types[name]
		if ok && t.Path != "" {
			if u, found := c.types[t.Path]; found {
				t = u
			}
		}
		return exprType(t.Type), ok || !c.closed
	}
}

func exprType(name string) expr.Type {
	switch name {
	case "keyword", "constant_keyword", "wildcard":
		return expr.Keyword
	case "text", "match_only_text":
		return expr.Text
	case "number", "long", "integer", "short", "byte", "unsigned_long":
		return expr.Number
	case "double", "float", "half_float", "scaled_float":
		return expr.Float
	case "boolean":
		return expr.Boolean
	case "date", "date_nanos":
		return expr.Date
	case "ip":
		return expr.IP
	case "version":
		return expr.Version
	}
	return expr.Unknown
}
