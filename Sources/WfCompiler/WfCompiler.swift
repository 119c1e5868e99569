// WfCompiler
