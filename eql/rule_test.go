package eql_test

var elasticRule, endpointRule string
