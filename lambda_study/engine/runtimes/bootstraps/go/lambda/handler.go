package lambda

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// A caller turns the JSON of an event into the JSON of a result.
type caller func(ctx context.Context, event []byte) ([]byte, error)

var (
	contextType = reflect.TypeOf((*context.Context)(nil)).Elem()
	errorType   = reflect.TypeOf((*error)(nil)).Elem()
)

// callerOf accepts func([context.Context][, event]) ([result][, error]).
func callerOf(handler interface{}) (caller, error) {
	function := reflect.ValueOf(handler)
	if function.Kind() != reflect.Func {
		return nil, fmt.Errorf("handler is no function, it is %T", handler)
	}
	kind := function.Type()
	withContext := kind.NumIn() > 0 && kind.In(0).Implements(contextType)
	events := kind.NumIn()
	if withContext {
		events--
	}
	fails := kind.NumOut() > 0 && kind.Out(kind.NumOut()-1).Implements(errorType)
	if events > 1 || kind.NumOut() > 2 || (kind.NumOut() == 2 && !fails) {
		return nil, fmt.Errorf("handler must be func([ctx][, event]) ([result][, error]), it is %s", kind)
	}
	return func(ctx context.Context, event []byte) ([]byte, error) {
		var arguments []reflect.Value
		if withContext {
			arguments = append(arguments, reflect.ValueOf(ctx))
		}
		if events == 1 {
			value := reflect.New(kind.In(kind.NumIn() - 1))
			if err := json.Unmarshal(event, value.Interface()); err != nil {
				return nil, err
			}
			arguments = append(arguments, value.Elem())
		}
		results := function.Call(arguments)
		if fails {
			if err, failed := results[len(results)-1].Interface().(error); failed {
				return nil, err
			}
			results = results[:len(results)-1]
		}
		if len(results) == 0 {
			return []byte("null"), nil
		}
		return json.Marshal(results[0].Interface())
	}, nil
}

type failure struct {
	Message string  `json:"errorMessage"`
	Type    string  `json:"errorType"`
	Trace   []frame `json:"stackTrace,omitempty"`
}

type frame struct {
	Path  string `json:"path"`
	Line  int    `json:"line"`
	Label string `json:"label"`
}

// run calls the handler. An error that it returns has no trace; a panic has one.
func run(call caller, ctx context.Context, event []byte) (result []byte, failed *failure) {
	defer func() {
		if value := recover(); value != nil {
			failed = &failure{fmt.Sprint(value), typeName(value), trace()}
		}
	}()
	result, err := call(ctx, event)
	if err != nil {
		return nil, &failure{err.Error(), typeName(err), nil}
	}
	return result, nil
}

// trace returns the frames between the panic and the call of the handler.
func trace() []frame {
	counters := make([]uintptr, 32)
	frames := runtime.CallersFrames(counters[:runtime.Callers(3, counters)])
	found := []frame{}
	for next, more := frames.Next(); more && !strings.HasPrefix(next.Function, "reflect."); next, more = frames.Next() {
		found = append(found, frame{next.File, next.Line, next.Function[strings.LastIndex(next.Function, ".")+1:]})
	}
	return found
}

func typeName(value interface{}) string {
	kind := reflect.TypeOf(value)
	if kind.Kind() == reflect.Ptr {
		kind = kind.Elem()
	}
	return kind.Name()
}

func asJSON(value interface{}) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		return []byte(`{"errorMessage":"the error cannot be written as JSON","errorType":"Runtime.Unknown"}`)
	}
	return text
}
